/** Why something could not be done, and what to do. */
export const errorSentences = {
  no_core: 'Tokwatt antwortet nicht; läuft es?',
  core_status: 'Tokwatt antwortete mit {status}.',
  outside_app: 'Diese Seite wurde außerhalb der Anwendung Tokwatt geöffnet.',
  token_letters: 'Ein Token besteht aus Buchstaben, Ziffern, Binde- und Unterstrichen.',
  token_wrong: 'Das ist nicht das Token. Kopieren Sie es noch einmal aus der Datei.',
  core_late: 'Tokwatt hat nicht rechtzeitig geantwortet.',
  desktop_only: 'Das beantwortet nur die Desktop-Anwendung.',
  call_failed: 'Dieser Aufruf schlug in Tokwatt fehl; das Protokoll sagt, warum.',
  no_exchange: 'Es gibt keinen Vorgang {id}; vielleicht wurde er gelöscht.',
  no_capture:
    'Es gibt keinen Mitschnitt von {id}: Mitschnitte waren nicht von Anfang bis Ende an, oder er wurde gelöscht.',
  not_in_flight: 'Kein Vorgang {id} läuft: Er ist beendet, oder es gab ihn nicht.',
  just_ended:
    'Der Vorgang {id} ist gerade zu Ende gegangen, daher gibt es nichts abzubrechen. Seine Zeile folgt in der Aktivität.',
  job_exists:
    'Einen Job „{name}“ gibt es schon; setzen Sie ihn fort, oder nehmen Sie einen anderen Namen.',
  jobs_full: 'Es gibt schon {count} Jobs; löschen Sie zuerst einen.',
  no_job: 'Es gibt keinen Job „{name}“; starten Sie ihn zuerst.',
  looks_full:
    'Höchstens {count} Clients können einen Namen oder eine Farbe haben; entfernen Sie zuerst einen.',
  look_unsaved:
    'Der Name konnte nicht gespeichert werden: Ist der Datenträger voll oder der Datenordner schreibgeschützt? Der frühere bleibt.',
  prices_unsaved:
    'Die Preise konnten nicht gespeichert werden: Ist der Datenträger voll oder der Datenordner schreibgeschützt? Die früheren gelten weiter.',
  price_list_long: 'Die Liste ist länger als {size} Millionen Zeichen.',
  price_list_too_long: 'Die Liste ist zu lang.',
  price_list_no_json: 'Die Liste ist kein gültiges JSON.',
  price_list_no_object: 'Die Liste muss ein JSON-Objekt sein.',
  price_list_empty:
    'Die Liste hat kein Modell mit Preisen für Eingabe- und Ausgabe-Tokens. Sie muss model_prices_and_context_window.json von LiteLLM oder api.json von models.dev sein.',
  price_list_models: 'Die Liste hat mehr als {count} Modelle.',
  server_cannot: '{server} kann das nicht ({action}): {why}.',
  no_model: '{upstream} hat kein Modell „{model}“.',
  load_failed: '{upstream} konnte „{model}“ nicht laden; sein Protokoll sagt, warum.',
  load_slow:
    '{upstream} wurde mit „{model}“ in zehn Minuten nicht fertig ({verb}); sehen Sie in sein Protokoll.',
  model_never_seen: 'Ein Modell „{model}“ wurde nie gesehen.',
  no_model_name: '„{model}“ ist hier kein Name eines Modells.',
  answer_broke_off:
    'Die Antwort von {upstream} brach ab ({reason}). Sehen Sie in sein Protokoll, und fragen Sie noch einmal.',
  pull_broke_off:
    'Der Download von {upstream} brach ab ({reason}). Starten Sie ihn wieder: Was da ist, bleibt.',
  pull_failed: 'Der Download schlug in Tokwatt fehl; das Protokoll sagt, warum.',
  pull_running: '„{model}“ wird schon auf {upstream} geladen; warten Sie, bis das beendet ist.',
  pull_runs_at: 'Der Download von „{model}“ auf {upstream} läuft schon.',
  pull_runs: 'Der Download von „{model}“ läuft schon.',
  pull_done: '„{model}“ ist schon auf {upstream}.',
  pull_ended: 'Der Download von „{model}“ ist beendet.',
  no_pull: 'Es gibt keinen Download „{id}“.',
  pull_not_running: 'Der Download von „{model}“ läuft nicht ({status}, {verb}).',
  not_on_list: 'Auf der Liste gibt es kein Modell „{model}“.',
  on_list: '„{model}“ steht schon auf der Liste.',
  list_full: 'Die Liste fasst höchstens {count} Modelle; löschen Sie zuerst einige.',
  list_unsaved:
    'Die Liste der Modelle konnte nicht gespeichert werden ({code}): Ist der Datenträger voll oder der Datenordner schreibgeschützt?',
  library_unreachable:
    'Die Modellbibliothek unter {base} ist nicht erreichbar ({code}: {message}). Prüfen Sie, ob dieser Rechner online ist, oder setzen Sie eine andere Adresse; ein Modell, dessen Name bekannt ist, lässt sich auch ohne sie laden.',
  library_status:
    'Die Modellbibliothek unter {base} antwortet mit Status {status}; versuchen Sie es später.',
  library_unreadable:
    'Die Modellbibliothek unter {base} antwortet mit einer Seite, die Tokwatt nicht lesen kann; sehen Sie sich {url} in einem Browser an.',
  token_of_environment:
    'Das Token kommt aus TOKWATT_API_TOKEN: Setzen Sie dort ein anderes und starten Sie neu, oder entfernen Sie es dort.',
  token_unsaved:
    'Das neue Token konnte nicht gespeichert werden ({code}), das alte bleibt: Ist der Datenträger voll oder der Datenordner schreibgeschützt?',
  capture_encoding:
    'Diese Aufzeichnung ist mit {encoding} komprimiert, was diese Laufzeit nicht lesen kann; öffnen Sie sie mit dem Tokwatt, das sie gespeichert hat.',
  capture_damaged: 'Diese Aufzeichnung ist beschädigt und nicht lesbar.',
};
