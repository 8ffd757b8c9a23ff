/** Why an update of the desktop failed, and what to do. */
export const updateSentences = {
  app_update_no_answer:
    'Ob es eine neuere Version gibt, war nicht zu erfahren, weil von {where} keine brauchbare Antwort kam ({reason}). Ist dieser Rechner online? Versuchen Sie es später noch einmal.',
  app_update_broken_off:
    'Das Herunterladen brach ab ({reason}). Diese Version läuft weiter. Versuchen Sie es noch einmal; es beginnt von vorn.',
  app_update_wrong_bytes:
    'Heruntergeladen wurde etwas anderes, als die Veröffentlichung ankündigt. Es wurde gelöscht und nicht installiert. Diese Version läuft weiter. Versuchen Sie es später noch einmal; geschieht es wieder, sagen Sie es dem Projekt.',
  app_update_no_room:
    'In {where} ist nicht genug Platz für die neue Version. Diese Version läuft weiter. Schaffen Sie Platz und versuchen Sie es noch einmal.',
  app_update_not_allowed:
    'Tokwatt darf nicht in {where} schreiben. Diese Version läuft weiter. Verschieben Sie Tokwatt in einen eigenen Ordner, oder ersetzen Sie es als Eigentümer dieses Ordners.',
  app_update_not_installed:
    'Die neue Version konnte nicht an ihren Platz gebracht werden ({reason}). Diese Version läuft weiter. Versuchen Sie es noch einmal.',
};
