/** What is wrong with stored data and files, and what to do. */
export const ledgerSentences = {
  disk_full:
    'The disk is full: free some space; until then finished exchanges wait in memory. ({words})',
  ledger_locked:
    'Another program holds the ledger: close it; until then finished exchanges wait in memory. ({words})',
  ledger_readonly: 'The ledger cannot be written: make its file and folder writable. ({words})',
  ledger_io:
    'The ledger cannot be opened or written: check the disk and the number of open files. ({words})',
  ledger_corrupt: 'The ledger is damaged. ({words})',
  ledger_newer:
    'The ledger was written by a newer version of Tokwatt: update Tokwatt to use it. ({words})',
  ledger_foreign:
    'The ledger is a database of another program: move it away, or choose another folder. ({words})',
  ledger_row: 'An exchange could not be stored. ({words})',
  ledger_unusable: 'The ledger cannot be used. ({words})',
  ledger_not_open: 'The ledger is not open.',
  ledger_opening: 'The ledger is still being opened; try again in a moment.',
  database_foreign:
    '{path} is a database of another program: move it away, or choose another data folder.',
  database_newer:
    '{path} was written by a newer version of Tokwatt (its form is {form}, this version knows {known}): update Tokwatt, or choose another data folder.',
  ledger_set_aside: 'The ledger was damaged and was set aside as {path}; a new one begins.',
  rows_lost: 'Exchanges could not be stored and their rows are lost. Totals are still counted.',
  row_lost: 'An exchange could not be stored and its row is lost. Totals are still counted.',
  backup_no_folder: 'There is no folder {folder}: create it first, or choose another.',
  backup_not_folder: '{folder} is no folder: choose one for the backup.',
  backup_is_folder: "{path} is a folder: add the name of the backup's file to it.",
  backup_other_file: '{path} is there already and is no backup: choose another name.',
  file_not_written: '{path} cannot be written ({code}): {advice}.',
  file_not_imported: '{path} cannot be imported ({code}): {advice}.',
  advise_space: 'free some space on the disk',
  advise_unlock: 'close the program that holds it',
  advise_permission: "give Tokwatt's user the permission, or choose another place",
  advise_place: 'choose another place, or check the disk',
  import_no_file: 'There is no file {path}.',
  import_is_folder: "{path} is a folder: name the backup's file in it.",
  import_not_file: '{path} is no file.',
  import_in_use: '{path} is the ledger in use.',
  import_damaged: '{path} is damaged or no ledger: choose a file that a backup made.',
  import_no_backup: '{path} is no backup of a Tokwatt ledger.',
  import_newer: '{path} was written by a newer version of Tokwatt: update Tokwatt to import it.',
  import_tables: '{path} has tables that a Tokwatt ledger does not have.',
  import_another: '{path} is damaged: take another backup.',
} as const;
