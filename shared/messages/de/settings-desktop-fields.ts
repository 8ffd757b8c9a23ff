/** Names and consequences of the settings of tray, window and notifications. */
export const desktopFields = {
  appearance: {
    theme: { label: 'Design' },
    language: { label: 'Sprache', hint: 'Zahlen, Daten und Beträge richten sich danach.' },
    temperature: {
      label: 'Temperatur',
      hint: 'Gespeicherte Werte und Exporte bleiben in °C.',
    },
    hours: { label: 'Uhrzeiten', hint: 'Exporte bleiben in ISO 8601.' },
    weekStart: {
      label: 'Erster Tag der Woche',
      hint: 'Budgets und Wochensummen beginnen montags.',
    },
  },
  notifications: {
    spilledModels: {
      label: 'Ein Modell passt nicht in den GPU-Speicher',
      hint: 'Einmal bei jedem Laden eines Modells: Einen Teil davon berechnet der Prozessor, daher antwortet es langsamer.',
    },
    longAnswers: {
      label: 'Eine lange Antwort ist fertig',
      hint: 'Mit einem Klick zur Anfrage. Fehlgeschlagene und abgebrochene Antworten werden nicht gemeldet.',
    },
    longAnswerSeconds: {
      label: 'Eine Antwort ist lang ab',
      hint: 'Von der Anfrage bis zu ihrem Ende.',
    },
    quietHours: {
      label: 'In diesen Stunden nichts zeigen',
      hint: 'Der Infobereich und die Seite der Warnungen zeigen weiterhin, was geschieht. Warnungen, die am Ende noch bestehen, werden dann in einer Benachrichtigung gemeldet.',
    },
    quietFrom: { label: 'Von', hint: 'Eine Uhrzeit dieses Rechners, etwa 22:00.' },
    quietTo: { label: 'Bis', hint: 'Wenn sie nicht nach der ersten liegt, am nächsten Tag.' },
  },
  desktop: {
    keepAwake: {
      label: 'Das System wach halten, solange Anfragen laufen',
      hint: 'Der Bildschirm darf sich trotzdem abschalten. Nach der letzten Anfrage darf das System wieder schlafen.',
    },
  },
  tray: {
    icon: {
      label: 'Was das Symbol zeigt',
      hint: 'Eine Zahl steht anstelle des Rings, solange sie etwas sagt.',
    },
    firstLine: {
      label: 'Text neben dem Symbol',
      hint: 'Unter macOS. Nur zu sehen, solange alle seine Zahlen etwas sagen.',
    },
    secondLine: { label: 'Zweiter Text' },
  },
  miniMonitor: {
    form: {
      label: 'Form',
      hint: 'Ein kleines Fenster für sich. Infobereich oder Befehlspalette öffnen es, ein Rechtsklick sein Menü.',
    },
    onTop: {
      label: 'Immer im Vordergrund',
      hint: 'Nicht unter Wayland, wo Fenster das nicht verlangen können.',
    },
    opacity: { label: 'Deckkraft', hint: 'Nicht unter Linux.' },
    clickThrough: {
      label: 'Klicks durchlassen',
      hint: 'Klicks gehen dann an das, was darunter liegt. Infobereich, Befehlspalette und dieser Schalter beenden es.',
    },
  },
  shortcuts: {
    window: {
      label: 'Fenster zeigen',
      hint: 'Etwa Ctrl+Alt+T oder auf dem Mac Cmd+Alt+T. Leer: keine, denn die Tasten gehen jedem anderen Programm verloren.',
    },
    miniMonitor: { label: 'Mini-Monitor zeigen oder verbergen' },
    clickThrough: { label: 'Klicks durch den Mini-Monitor lassen oder annehmen' },
  },
};
