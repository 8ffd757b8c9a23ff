/** Why a port is not taken over. */
export const takeoverSentences = {
  takeover_override:
    '{source} names the servers of this run. Start Tokwatt without it to take over a port.',
  takeover_elsewhere: 'It runs on {host}. Only a port of this machine can be taken over.',
  takeover_tls: 'It speaks TLS, which Tokwatt would have to end.',
  takeover_rights: 'Port {port} takes rights that Tokwatt does not have.',
  takeover_no_port: 'No port near it is free.',
  takeover_begun: 'It has begun already.',
  takeover_none: 'Tokwatt has not taken over a port of {upstream}.',
  takeover_command_failed: 'This command failed: {command} ({words})',
} as const;
