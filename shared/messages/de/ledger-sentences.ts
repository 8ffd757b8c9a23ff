/** What is wrong with stored data and files, and what to do. */
export const ledgerSentences = {
  disk_full:
    'Der Datenträger ist voll: Schaffen Sie Platz; bis dahin warten beendete Vorgänge im Speicher. ({words})',
  ledger_locked:
    'Ein anderes Programm hält die Datenbank: Schließen Sie es; bis dahin warten beendete Vorgänge im Speicher. ({words})',
  ledger_readonly:
    'Die Datenbank kann nicht beschrieben werden: Machen Sie ihre Datei und ihren Ordner beschreibbar. ({words})',
  ledger_io:
    'Die Datenbank kann nicht geöffnet oder beschrieben werden: Prüfen Sie den Datenträger und die Zahl offener Dateien. ({words})',
  ledger_corrupt: 'Die Datenbank ist beschädigt. ({words})',
  ledger_newer:
    'Die Datenbank stammt von einer neueren Version von Tokwatt: Aktualisieren Sie Tokwatt, um sie zu nutzen. ({words})',
  ledger_foreign:
    'Die Datenbank gehört einem anderen Programm: Verschieben Sie sie, oder wählen Sie einen anderen Ordner. ({words})',
  ledger_row: 'Ein Vorgang konnte nicht gespeichert werden. ({words})',
  ledger_unusable: 'Die Datenbank kann nicht genutzt werden. ({words})',
  ledger_not_open: 'Die Datenbank ist nicht geöffnet.',
  ledger_opening: 'Die Datenbank wird noch geöffnet; versuchen Sie es gleich noch einmal.',
  database_foreign:
    '{path} ist die Datenbank eines anderen Programms: Verschieben Sie sie, oder wählen Sie einen anderen Datenordner.',
  database_newer:
    '{path} stammt von einer neueren Version von Tokwatt (Form {form}, diese Version kennt {known}): Aktualisieren Sie Tokwatt, oder wählen Sie einen anderen Datenordner.',
  ledger_set_aside:
    'Die Datenbank war beschädigt und wurde als {path} beiseitegelegt; eine neue beginnt.',
  rows_lost:
    'Vorgänge konnten nicht gespeichert werden, und ihre Zeilen sind verloren. Summen werden weiter gezählt.',
  row_lost:
    'Ein Vorgang konnte nicht gespeichert werden, und seine Zeile ist verloren. Summen werden weiter gezählt.',
  backup_no_folder:
    'Es gibt keinen Ordner {folder}: Legen Sie ihn an, oder wählen Sie einen anderen.',
  backup_not_folder: '{folder} ist kein Ordner: Wählen Sie einen für die Sicherung.',
  backup_is_folder: '{path} ist ein Ordner: Fügen Sie den Dateinamen der Sicherung an.',
  backup_other_file:
    '{path} gibt es schon und ist keine Sicherung: Wählen Sie einen anderen Namen.',
  file_not_written: '{path} kann nicht geschrieben werden ({code}): {advice}.',
  file_not_imported: '{path} kann nicht importiert werden ({code}): {advice}.',
  advise_space: 'schaffen Sie Platz auf dem Datenträger',
  advise_unlock: 'schließen Sie das Programm, das sie hält',
  advise_permission:
    'geben Sie dem Benutzer von Tokwatt das Recht, oder wählen Sie einen anderen Ort',
  advise_place: 'wählen Sie einen anderen Ort, oder prüfen Sie den Datenträger',
  import_no_file: 'Es gibt keine Datei {path}.',
  import_is_folder: '{path} ist ein Ordner: Nennen Sie die Datei der Sicherung darin.',
  import_not_file: '{path} ist keine Datei.',
  import_in_use: '{path} ist die Datenbank, die gerade genutzt wird.',
  import_damaged:
    '{path} ist beschädigt oder keine Datenbank von Tokwatt: Wählen Sie eine Datei aus einer Sicherung.',
  import_no_backup: '{path} ist keine Sicherung einer Datenbank von Tokwatt.',
  import_newer:
    '{path} stammt von einer neueren Version von Tokwatt: Aktualisieren Sie Tokwatt, um sie zu importieren.',
  import_tables: '{path} hat Tabellen, die eine Datenbank von Tokwatt nicht hat.',
  import_another: '{path} ist beschädigt: Nehmen Sie eine andere Sicherung.',
};
