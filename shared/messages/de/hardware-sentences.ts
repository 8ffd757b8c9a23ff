/** What is wrong with readings of the hardware, and what to do. */
export const hardwareSentences = {
  looked_nvidia: 'dem Treiber von NVIDIA',
  looked_in: '{what} in {place} ({vendor})',
  looked_both: '{one} und {other}',
  looked_counters: 'Leistungsindikatoren (Windows)',
  looked_macmon: 'macmon und ioreg (Apple)',
  no_gpu_found: 'Keine GPU gefunden. Gesucht wurde nach {names}.',
  no_gpu_found_because: 'Keine GPU gefunden. Gesucht wurde nach {names} ({reasons}).',
  no_gpu_load: 'Nichts auf diesem Rechner meldet die Last seiner GPU. Gesucht wurde nach {names}.',
  no_gpu_load_because:
    'Nichts auf diesem Rechner meldet die Last seiner GPU. Gesucht wurde nach {names} ({reasons}).',
  and_then: '{first}; {rest}',
  and_also: '{first} {rest}',
  and_names: '{first}, {rest}',
  as_sentence: '{phrase}.',
  source_restarts: '{problem}. Tokwatt startet es von selbst wieder.',
  source_silent: '{name} hat seit {seconds} s nichts gemeldet',
  source_not_started: '{name} konnte nicht gestartet werden: {words}',
  source_not_installed: '{name} ist nicht installiert',
  source_failed: '{name} schlug fehl: {words}',
  source_ended: '{name} endete ({how})',
  source_ended_with: '{name} endete ({how}): {words}',
  source_no_gpu: '{name} kennt keine GPU',
  source_busy: '{name} hat eine frühere Frage noch nicht beantwortet',
  amd_smi_nothing: 'amd-smi ist nicht installiert, nicht nötig oder hat keine GPU',
  amdgpu_nothing: 'der Treiber amdgpu hat keine Karte',
  intel_nothing: 'die Treiber i915 und xe haben keine GPU',
  counters_no_gpu: 'die Leistungsindikatoren zeigen keine GPU',
  nvidia_denied:
    'der Benutzer darf den Treiber von NVIDIA nicht verwenden. Erlauben Sie das Lesen und Schreiben von /dev/nvidiactl und /dev/nvidia*',
  nvidia_not_loaded: 'der Treiber von NVIDIA ist nicht geladen',
  nvidia_not_installed: 'der Treiber von NVIDIA ist nicht installiert',
  nvidia_no_gpu: 'der Treiber von NVIDIA hat keine GPU',
  nvidia_lost: 'die GPU ist verloren gegangen. Starten Sie diesen Rechner neu',
  nvidia_updated:
    'der Treiber von NVIDIA wurde aktualisiert, aber die alte Version läuft noch. Starten Sie diesen Rechner neu, um seine GPUs zu lesen',
  nvml_failed: 'NVML schlug mit Code {code} fehl',
  nvml_helper_not_started:
    'der Prozess, der die GPUs von NVIDIA liest, konnte nicht gestartet werden: {words}',
  nvml_helper_ended: 'der Prozess, der die GPUs von NVIDIA liest, endete ({how})',
  counter_gone: 'Der Energiezähler ist verschwunden, daher wird die Leistung verwendet.',
  counter_still: 'Der Energiezähler steht still, daher wird die Leistung verwendet.',
  counter_disagrees:
    'Energiezähler und Leistung passen nicht zusammen, daher wird die Leistung verwendet.',
  rapl_denied:
    'Die Leistung des Prozessors ist unbekannt, weil nur root seinen Energiezähler lesen darf. So wird es erlaubt: sudo groupadd -f rapl && sudo usermod -aG rapl $USER, die Zeile {rule} in /etc/udev/rules.d/70-rapl.rules schreiben und den Rechner neu starten.',
  machine_source_failed: '{name} schlug fehl: {reason}.',
  wall_meter_unread: 'Das Steckdosen-Messgerät „{name}“ kann nicht gelesen werden: {what}',
  wall_failed: 'es gab einen Fehler ({words}).',
  wall_no_shelly: 'dieser Shelly oder dieser Kanal (Index) hat keine Messung.',
  wall_no_tasmota:
    'dieses Gerät oder dieser Kanal (Index) hat keine Messung, oder es verlangt ein Passwort.',
  wall_no_value: 'der Sensor hat gerade keinen Wert. Prüfen Sie ihn in Home Assistant.',
  wall_no_load: 'diese USV nennt weder ihre Leistung noch ihre Last mit einer Nennleistung.',
  wall_no_number: 'an diesem Pfad steht keine Zahl. Prüfen Sie den Pfad.',
  wall_bad_address: 'seine Adresse ist ungültig.',
  wall_not_power:
    'der Sensor hat {unit} und keine Leistung in W oder kW. Wählen Sie einen anderen Sensor.',
  wall_not_energy:
    'der Sensor hat {unit} und keine Energie in Wh oder kWh. Wählen Sie einen anderen Sensor.',
  wall_unknown_name:
    'der Name {host} ist unbekannt ({code}). Prüfen Sie ihn oder verwenden Sie die IP-Adresse des Messgeräts.',
  wall_not_local:
    '{host} ist nicht im lokalen Netz, und Tokwatt fragt kein Messgerät außerhalb davon. Verwenden Sie die eigene Adresse des Messgeräts, etwa 192.168.1.20.',
  wall_no_answer:
    'unter {host} Port {port} antwortet nichts ({code}). Ist das Messgerät an, und stimmt die Adresse?',
  wall_not_answered:
    '{host} hat nicht geantwortet ({reason}). Ist das Messgerät an, und stimmt die Adresse?',
  wall_too_late: 'keine Antwort in {seconds} s',
  wall_too_much: '{host} hat zu viel für ein Messgerät gesendet. Prüfen Sie Art und Adresse.',
  wall_redirects:
    '{host} hat mit einer Weiterleitung geantwortet ({status}). Setzen Sie die Adresse, zu der sie führt.',
  wall_needs_password:
    '{host} hat mit Status {status} geantwortet und verlangt ein Passwort oder Token: Setzen Sie das Token, oder schalten Sie das Passwort für das lokale Netz aus.',
  wall_refuses:
    '{host} hat mit Status {status} geantwortet und verweigert den Zugriff: Prüfen Sie das Token und die Einstellungen des Geräts.',
  wall_no_page:
    '{host} hat mit Status {status} geantwortet und hat keine solche Seite und keinen solchen Sensor: Prüfen Sie Art, Adresse und Entität.',
  wall_status: '{host} hat mit Status {status} geantwortet. Prüfen Sie Art und Adresse.',
  wall_no_json: '{host} hat nicht mit JSON geantwortet. Prüfen Sie Art und Adresse.',
  nut_no_ups:
    'der Server hat keine USV dieses Namens. Setzen Sie als Entität einen Namen, den upsc -l zeigt.',
  nut_denied: 'der Server verweigert den Zugriff. Erlauben Sie diesen Rechner in seiner upsd.conf.',
  nut_lost: 'der Server hat die USV verloren. Starten Sie ihren Treiber neu (upsdrvctl start).',
  nut_stale: 'der Server hat lange nichts von der USV gehört. Prüfen Sie ihr Kabel.',
  nut_answered: 'der Server antwortete {code}.',
  nut_no_server: '{host} Port {port} antwortet nicht wie ein NUT-Server. Prüfen Sie die Adresse.',
};
