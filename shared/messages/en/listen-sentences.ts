/** Why a port or an address cannot be listened on. */
export const listenSentences = {
  listen_no_address:
    'bind {address} (--bind or settings.json): this machine has no such address; use 127.0.0.1, 0.0.0.0 or an address of its own.',
  listen_flag: '{flag} {port} (or {setting} in settings.json): {problem}',
  listen_upstream: 'port {port} of the upstream {upstream} (upstreams in settings.json): {problem}',
  port_of_api: "this is the port of Tokwatt's own API; choose another port.",
  port_taken:
    'the port is taken on {bind}; end the program that holds it (is Tokwatt running already?) or choose another port.',
  port_denied: 'this user may not listen on the port; choose one above 1023.',
  port_unusable: 'cannot listen on {bind} ({code}); choose another port.',
  unknown_reason: 'unknown reason',
} as const;
