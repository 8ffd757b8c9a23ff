/** Texts of the desktop's own dialogs. */
export const desktop = {
  quit: {
    title:
      '{count, plural, one {Eine Antwort wird noch geschrieben} other {# Antworten werden noch geschrieben}}',
    body: 'Jetzt zu beenden bricht {count, plural, one {sie} other {alle}} ab: {names}. Spätere Anfragen werden abgewiesen, bis Tokwatt wieder läuft.',
    after: 'Beenden, wenn {count, plural, one {sie fertig ist} other {sie fertig sind}}',
    now: 'Jetzt beenden',
    cancel: 'Abbrechen',
    who: '{model} für {application}',
    more: 'und {count} weitere',
  },
};
