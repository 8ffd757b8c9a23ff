/** Why a port or an address cannot be listened on. */
export const listenSentences = {
  listen_no_address:
    'Adresse {address} (--bind oder settings.json): Dieser Rechner hat keine solche Adresse; nehmen Sie 127.0.0.1, 0.0.0.0 oder eine eigene.',
  listen_flag: '{flag} {port} (oder {setting} in settings.json): {problem}',
  listen_upstream: 'Port {port} des Servers {upstream}: {problem}',
  port_of_api: 'das ist der Port der API von Tokwatt; wählen Sie einen anderen.',
  port_taken:
    'der Port ist auf {bind} belegt; beenden Sie das Programm, das ihn hält (läuft Tokwatt schon?), oder wählen Sie einen anderen.',
  port_denied: 'dieser Benutzer darf an diesem Port nicht hören; wählen Sie einen über 1023.',
  port_unusable: 'auf {bind} kann nicht gehört werden ({code}); wählen Sie einen anderen Port.',
  unknown_reason: 'unbekannter Grund',
};
