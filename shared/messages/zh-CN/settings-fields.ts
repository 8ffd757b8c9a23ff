import { costFields } from './settings-cost-fields.ts';
import { desktopFields } from './settings-desktop-fields.ts';

/** The words of each setting: what it is called, and the consequence of changing it. */
export const fields = {
  upstreams: {
    each: {
      name: { label: '名称', hint: '在各处显示，并随每个请求存储。' },
      url: {
        label: '服务器地址',
        hint: '其中的路径（如有）会加在每个请求路径之前。',
      },
      port: {
        label: '代理端口',
        hint: '程序使用本机的这个端口。留空：第一个空闲端口。',
      },
      apiKey: {
        label: 'API 密钥',
        hint: '用于 Tokwatt 自身的请求，例如获取模型列表。保存在密钥存储中，不再显示。',
      },
      exactUsage: {
        label: '精确用量',
        hint: '向 OpenAI 式的流请求 token 计数，并对程序隐藏这些计数。',
      },
      injectKey: {
        label: '为没有密钥的请求添加密钥',
        hint: '这样，凡是能访问代理的人都可以使用该密钥。',
      },
    },
  },
  proxyPort: {
    label: '代理的起始端口',
    hint: '没有自己端口的服务器从此端口起向上分配。程序必须使用新地址。',
  },
  libraryUrl: {
    label: '模型库',
    hint: '用于搜索可下载的模型，仅在进行搜索时访问。',
  },
  ...desktopFields,
  captures: {
    enabled: {
      label: '保留请求和回答',
      hint: '提示词和回答会存储在本机，时长由“保留与数据”决定。',
    },
    requestHeaders: { label: '请求标头' },
    requestBody: { label: '请求正文', hint: '提示词。' },
    responseHeaders: { label: '回答标头' },
    responseBody: { label: '回答正文', hint: '模型的文本。' },
    maxBodyBytes: {
      label: '正文保留的最大长度',
      hint: '其余部分会被截断，捕获会加上标记。',
    },
    redactHeaders: {
      label: '其他要隐藏的标头',
      hint: 'Authorization、Cookie、API 密钥以及以 token 或 secret 结尾的标头始终隐藏。',
    },
    redactFields: {
      label: '其他要隐藏的字段',
      hint: 'JSON 成员、表单字段和 URL 参数。password 之类的名称始终隐藏。',
    },
  },
  retention: {
    activityDays: { label: '请求', hint: '更早的行会被删除；汇总和图表保留。' },
    maxBytes: {
      label: '数据库的最大大小',
      hint: '超出后，最早的请求会被删除。',
    },
    seriesDays: { label: '图表', hint: '更早的数据点会被删除。' },
    rollupDays: { label: '每日汇总', hint: '更早的汇总会被删除；总计保留。' },
    gpuDays: { label: 'GPU 读数', hint: '更早的读数会被删除。' },
    captureDays: { label: '捕获', hint: '0 表示不保留。' },
    captureMaxBytes: {
      label: '所有捕获的最大大小',
      hint: '超出后，最早的捕获会被删除。',
    },
  },
  clients: {
    processes: {
      label: '查明是哪个程序发送了请求',
      hint: '仅限本机上的程序。只保存程序名或脚本名，从不保存参数。',
    },
  },
  ...costFields,
  gpuIntervalMs: {
    label: 'GPU 读数的间隔',
    hint: '请求运行时读取更频繁，空闲时更少。',
  },
  hardware: {
    wallMeter: {
      kind: { label: '类型' },
      name: { label: '名称' },
      address: { label: '地址', hint: '在本地网络中，例如 192.168.1.20。' },
      index: { label: '通道', hint: '从 0 开始。留空：所有通道之和。' },
      entity: {
        label: '功率传感器',
        hint: '例如 sensor.plug_power；对于 UPS 则是其名称。',
      },
      energyEntity: { label: '电能传感器', hint: '如果有。' },
      path: { label: '功率在响应中的位置', hint: '例如 data.power。' },
      unit: { label: '功率单位' },
      intervalMs: { label: '读数间隔' },
      token: {
        label: '访问 token',
        hint: '保存在密钥存储中，仅用于此地址；不再显示。',
      },
    },
  },
  estimates: {
    bytesPerInputToken: {
      label: '每个输入 token 对应的请求字节数',
      hint: '服务器未告知输入且尚未学到数值时，用于估算输入。',
    },
    tokensPerOutputChunk: {
      label: '流中每个数据块的 token 数',
      hint: '用于估算被中断的流的输出。',
    },
  },
  alerts: {
    notify: {
      label: '在桌面显示告警',
      hint: '每个告警在触发时和结束时各通知一次。关闭后仅显示在托盘和窗口中。',
    },
    webhook: {
      url: { label: '地址', hint: '接收告警的每次变化。不再显示。' },
      headers: { label: '标头', hint: '每次一并发送；不再显示。' },
    },
  },
  sinks: {
    postgres: {
      host: { label: '主机' },
      port: { label: '端口' },
      database: { label: '数据库' },
      schema: { label: '架构 (schema)', hint: '表在其中创建。' },
      username: { label: '用户' },
      password: {
        label: '密码',
        hint: '留空：TOKWATT_POSTGRES_PASSWORD。不再显示。',
      },
      tls: { label: '加密', hint: '同时检查服务器的证书。' },
    },
    clickhouse: {
      url: { label: '地址', hint: 'HTTP 地址，例如 http://127.0.0.1:8123。' },
      database: { label: '数据库' },
      username: { label: '用户' },
      password: {
        label: '密码',
        hint: '留空：TOKWATT_CLICKHOUSE_PASSWORD。不再显示。',
      },
    },
  },
  otlp: {
    url: {
      label: '收集器地址',
      hint: '例如 http://127.0.0.1:4318。留空：不发送任何内容。',
    },
    headers: { label: '发给收集器的标头', hint: '例如密钥。不再显示。' },
    intervalMs: { label: '发送间隔' },
    spans: {
      label: '每个请求一个 span',
      hint: '包含模型和程序的名称，不含提示词。',
    },
  },
  reporter: {
    url: {
      label: '地址',
      hint: '接收每个周期的用量。留空：不发送任何内容。',
    },
    headers: { label: '发给该地址的标头', hint: '不再显示。' },
    intervalMinutes: { label: '间隔' },
  },
  apiPort: {
    label: 'API 和本页面的端口',
    hint: '程序和书签必须使用新端口。',
  },
  bind: {
    label: '监听地址',
    hint: '127.0.0.1 仅限本机；0.0.0.0 为所有网络，此时读取数值需要访问 token。',
  },
  allowedHosts: {
    label: '本机的其他名称',
    hint: '请求的 Host 中的名称，例如反向代理的名称。其他名称会被拒绝。',
  },
  allowedOrigins: {
    label: '可使用代理的网页',
    hint: '例如 https://chat.example。本机的网页始终可以使用。',
  },
  trustedHops: {
    label: '位于此 Tokwatt 之前的其他 Tokwatt',
    hint: '自选名称及其密钥。它们已计数的请求不会再次计数。',
  },
  updates: {
    mode: { label: '新版本' },
    check: {
      label: '每天查询一次是否有新版本',
      hint: '启用之前不会向任何地址查询。不会安装任何内容。',
    },
    url: { label: '查询地址', hint: '留空：不查询。' },
  },
} as const;
