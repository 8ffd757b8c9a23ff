/** The words of the settings of costs and budgets. */
export const costFields = {
  cost: {
    currency: {
      label: 'Währung',
      hint: 'Drei Buchstaben, etwa EUR. Beträge in einer früheren Währung bleiben, wie sie waren.',
    },
    tariff: {
      price: { label: 'Strompreis' },
      times: {
        label: 'Preise nach Wochenzeit',
        hint: 'Jede Minute der Woche braucht genau einen Preis. Ein Ende vor dem Beginn liegt am nächsten Tag.',
      },
      hourly: {
        file: {
          label: 'Datei',
          hint: 'Ein absoluter Pfad auf diesem Rechner. Änderungen werden bemerkt.',
        },
        url: {
          label: 'Adresse',
          hint: 'Alle drei Stunden abgefragt. Eine Datei oder eine Adresse, nicht beides.',
        },
        headers: { label: 'Header', hint: 'An diese Adresse gesendet; nie wieder gezeigt.' },
        per: { label: 'Ein Preis gilt für eine' },
        timeField: { label: 'Name der Zeit', hint: 'Die Spalte oder das Feld. Leer: time.' },
        priceField: { label: 'Name des Preises', hint: 'Die Spalte oder das Feld. Leer: price.' },
        surcharge: { label: 'Aufschlag', hint: 'Abgaben, die der Börsenpreis nicht enthält.' },
        taxRate: { label: 'Steuer', hint: 'Zuletzt aufgeschlagen.' },
      },
    },
    solar: {
      price: {
        label: 'Preis der eigenen Energie',
        hint: 'Was das Netz dafür gezahlt hätte; 0, wenn nichts.',
      },
      share: {
        label: 'Anteil an der Energie',
        hint: 'Unter 100 %, oder nur in den Stunden unten.',
      },
      hours: { label: 'Stunden', hint: 'Ohne Zeilen gilt es immer.' },
    },
    carbon: {
      gramsPerKwh: { label: 'CO₂ je kWh', hint: 'Gramm. Ein eigener Wert oder ein Land.' },
      country: {
        label: 'Land',
        hint: 'Drei Buchstaben, etwa DEU: der Durchschnitt eines Jahres.',
      },
    },
    since: {
      label: 'Erster Tag des ersten Tarifs',
      hint: 'Etwa 2026-11-21. Energie davor hat keinen Preis. Leer: ab dem Festlegen.',
    },
    machinePrice: {
      label: 'Preis des Rechners',
      hint: 'Zeigt, wann er sich gegenüber einer Cloud bezahlt gemacht hat.',
    },
    usdRate: {
      label: 'Ein US-Dollar in eigener Währung',
      hint: 'Listen von Token-Preisen sind in Dollar.',
    },
    prices: {
      each: {
        model: {
          label: 'Modell',
          hint: '* steht für beliebige Zeichen. Der erste Treffer zählt.',
        },
        input: { label: 'Eingabe', hint: 'US-Dollar.' },
        cachedInput: { label: 'Eingabe aus Cache', hint: 'Leer: wie Eingabe.' },
        output: { label: 'Ausgabe' },
        reasoning: { label: 'Reasoning', hint: 'Leer: wie Ausgabe.' },
        per: { label: 'Für' },
      },
    },
    compare: {
      each: {
        model: {
          label: 'Modell hier',
          hint: '* steht für beliebige Zeichen. Der erste Treffer zählt.',
        },
        with: { label: 'Modell der Preisliste', hint: 'Etwa openai/gpt-4.1-mini.' },
      },
    },
  },
  budgets: {
    each: {
      name: { label: 'Name' },
      measure: { label: 'Misst' },
      amount: { label: 'Menge', hint: 'Tokens, kWh oder Geld.' },
      period: {
        label: 'Je',
        hint: 'Nach dem Kalender dieses Rechners. Wochen beginnen am Montag.',
      },
      scope: { label: 'Für' },
      subject: {
        label: 'Namens',
        hint: 'Das Modell, das Programm oder der Fingerabdruck des Schlüssels. Leer für alle.',
      },
      warnAt: { label: 'Warnen bei', hint: 'Prozent der Menge, durch Kommas getrennt.' },
      hardStop: {
        label: 'Anfragen ablehnen, wenn es verbraucht ist',
        hint: 'Programme bekommen bis zum nächsten Zeitraum einen Fehler.',
      },
    },
  },
} as const;
