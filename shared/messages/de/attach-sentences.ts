/** Why the desktop cannot show the headless Tokwatt that uses its data folder. */
export const attachSentences = {
  attached_ended:
    'Das Tokwatt ohne Fenster, das hier gezeigt wird, ist beendet. Nichts wird gemessen, und Programme, die seine Ports nutzen, erhalten keine Antwort.',
  attached_silent:
    'Das Tokwatt ohne Fenster, das hier gezeigt wird, antwortet nicht; es wird neu verbunden … Vielleicht startet oder endet es gerade.',
  attached_version:
    'Ein Tokwatt {version} ohne Fenster nutzt diesen Datenordner. Dieses hier ist {own} und kann es nicht zeigen. Starten Sie beide in derselben Version, oder öffnen Sie {address} im Browser.',
  attached_token:
    'Das Tokwatt ohne Fenster, das diesen Datenordner nutzt, hat ein anderes API-Token als der Ordner. Wenn es mit TOKWATT_API_TOKEN gestartet wurde, starten Sie dieses hier mit demselben.',
  attached_address:
    'Das Tokwatt ohne Fenster, das diesen Datenordner nutzt, hört auf {address} und nicht auf Loopback. Darum wird ihm das API-Token nicht gesendet. Starten Sie es ohne --bind, oder öffnen Sie seine Adresse im Browser.',
};
