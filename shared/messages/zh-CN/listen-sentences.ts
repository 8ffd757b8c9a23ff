/** Why a port or an address cannot be listened on. */
export const listenSentences = {
  listen_no_address:
    '地址 {address}（--bind 或 settings.json）：本机没有此地址；请使用 127.0.0.1、0.0.0.0 或本机自己的地址。',
  listen_flag: '{flag} {port}（或 settings.json 中的 {setting}）：{problem}',
  listen_upstream: '服务器 {upstream} 的端口 {port}：{problem}',
  port_of_api: '这是 Tokwatt 自己的 API 的端口；请另选端口。',
  port_taken: '{bind} 上的此端口已被占用；请结束占用它的程序（Tokwatt 是否已在运行？）或另选端口。',
  port_denied: '该用户无权监听此端口；请选择大于 1023 的端口。',
  port_unusable: '无法在 {bind} 上监听（{code}）；请另选端口。',
  unknown_reason: '原因未知',
};
