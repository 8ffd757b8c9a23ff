export const exporterSentences = {
  otlp_timeout: '{url} 上的收集器未及时应答；请检查它是否过载。将会重试。',
  otlp_overloaded: '{url} 上的收集器过载或未就绪（429、502、503 或 504）；请查看其日志。将会重试。',
  otlp_failed: '发送到 {url} 失败（{reason}）；请检查 settings.json 中的 otlp。将会重试。',
  otlp_key_refused:
    '{url} 上的收集器拒绝了密钥（{status}）；请在 settings.json 的 otlp.headers 中填写正确的密钥。',
  otlp_not_there:
    '{url} 上没有基于 HTTP 的 OTLP（{status}）；settings.json 中的 otlp.url 应为基础地址，不含 /v1/metrics 或 /v1/traces。',
  otlp_refused: '{url} 上的收集器拒绝了收到的数据（{status}）；原因见其日志。',
  otlp_nothing_listens:
    '{url} 上没有程序在监听；请启动收集器，或更正 settings.json 中的 otlp.url。',
  otlp_host_unknown: '无法解析 {url} 的主机；请更正 settings.json 中的 otlp.url，或检查网络。',
  otlp_unreachable: '无法连接 {url} 上的收集器（{code}）；请检查它是否在运行并在该处提供 HTTP。',
  report_not_taken: '报告未被接收：{reason}。其计数会并入下一份；如持续出现，请检查 reporter.url。',
  report_unanswered: '未及时应答',
  report_status: '应答为 {status}',
  clickhouse_refused:
    '{url} 上的 ClickHouse 拒绝了用户 {username} 或其密码；请设置 sinks.clickhouse.password 或 TOKWATT_CLICKHOUSE_PASSWORD。',
  clickhouse_rights:
    'ClickHouse 不允许用户 {username} 执行此操作（{reason}）；请授予其 {database}.* 的 CREATE、SELECT 和 INSERT 权限，或在 sinks.clickhouse.username 中指定其他用户。',
  clickhouse_failed: '{url} 上的 ClickHouse 出错：{reason}。',
  clickhouse_unreachable:
    '无法连接 {url} 上的 ClickHouse（{reason}）；请启动它，或更正 sinks.clickhouse.url。',
  clickhouse_other:
    '{url} 上应答的不是 ClickHouse 的 HTTP 接口（{reason}）；请更正 sinks.clickhouse.url：其默认端口为 8123。',
  clickhouse_newer:
    'ClickHouse 数据库 {database} 中的表来自更新版本的 Tokwatt（版本 {version}，本程序只认识到 {known}）；请更新 Tokwatt，或在 sinks.clickhouse.database 中指定其他数据库。',
  postgres_refused:
    '{server} 上的 PostgreSQL 拒绝了用户 {username} 或其密码；请设置 sinks.postgres.password 或 TOKWATT_POSTGRES_PASSWORD。',
  postgres_no_database: '{server} 上的 PostgreSQL 没有数据库 {database}；请用 {command} 创建。',
  postgres_rights:
    'PostgreSQL 不允许用户 {username} 执行此操作（{reason}）；请执行 {command}，或将其设为模式 {schema} 的所有者。',
  postgres_no_tls: '{server} 上的 PostgreSQL 没有 TLS；请关闭 sinks.postgres.tls。',
  postgres_unreachable:
    '无法连接 {server} 上的 PostgreSQL（{reason}）；请启动它，或更正 sinks.postgres.host 和 port。',
  postgres_failed: '{server} 上的 PostgreSQL 出错：{reason}。',
  postgres_newer:
    'PostgreSQL 模式 {schema} 中的表来自更新版本的 Tokwatt（版本 {version}，本程序只认识到 {known}）；请更新 Tokwatt，或在 sinks.postgres.schema 中指定其他模式。',
  postgres_encoding:
    "PostgreSQL 数据库的编码为 {encoding}；请用 ENCODING 'UTF8' TEMPLATE template0 创建一个，并在 sinks.postgres.database 中指定它。",
};
