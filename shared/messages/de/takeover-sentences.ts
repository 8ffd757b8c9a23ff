export const takeoverSentences = {
  takeover_override:
    '{source} nennt die Server dieses Laufs. Starten Sie Tokwatt ohne diese Angabe, um einen Port zu übernehmen.',
  takeover_elsewhere: 'Er läuft auf {host}. Nur ein Port dieses Rechners kann übernommen werden.',
  takeover_tls: 'Er spricht TLS, das Tokwatt beenden müsste.',
  takeover_rights: 'Port {port} braucht Rechte, die Tokwatt nicht hat.',
  takeover_no_port: 'In seiner Nähe ist kein Port frei.',
  takeover_begun: 'Das hat schon begonnen.',
  takeover_none: 'Tokwatt hat keinen Port von {upstream} übernommen.',
  takeover_command_failed: 'Dieser Befehl schlug fehl: {command} ({words})',
};
