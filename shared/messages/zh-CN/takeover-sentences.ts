export const takeoverSentences = {
  takeover_override: '{source} 指定了本次运行的服务器。要接管端口，请在启动 Tokwatt 时去掉它。',
  takeover_elsewhere: '它运行在 {host} 上。只能接管本机的端口。',
  takeover_tls: '它使用 TLS，Tokwatt 必须终止它才能接管。',
  takeover_rights: '端口 {port} 需要 Tokwatt 没有的权限。',
  takeover_no_port: '附近没有空闲端口。',
  takeover_begun: '已经开始了。',
  takeover_none: 'Tokwatt 没有接管 {upstream} 的端口。',
  takeover_command_failed: '此命令失败：{command}（{words}）',
};
