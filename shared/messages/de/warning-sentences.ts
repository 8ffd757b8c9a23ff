/** Warnings, and what to do. */
export const warningSentences = {
  file_set_aside:
    '{file} konnte nicht gelesen werden ({fault}) und wurde als {aside} beiseitegelegt; {without}.',
  without_keys: 'Tokwatt startet ohne API-Schlüssel. Setzen Sie sie neu',
  without_settings:
    'Tokwatt startet mit den Vorgaben. Korrigieren Sie sie, und legen Sie sie zurück',
  without_it: 'Tokwatt startet ohne sie',
  form_unknown: 'diese Version kennt ihre Form nicht',
  is_utf16: 'sie ist UTF-16; speichern Sie sie als UTF-8',
  settings_ignored:
    '{file} hat Einstellungen, die es nicht gibt und die nichts bewirken: {names}. Korrigieren Sie ihre Namen, oder nehmen Sie sie heraus.',
  is_meant: '{path} (ist {likely} gemeint?)',
  and_more: '{names} und {count} weitere',
  settings_refused: '{reason} Die vorherigen Einstellungen gelten, bis die Datei korrigiert ist.',
  error_unhandled:
    'Ein Fehler wurde nicht behandelt: {words}. Der Verkehr ist nicht betroffen. Starten Sie Tokwatt neu, wenn etwas falsch aussieht; Einzelheiten stehen in {place}.',
  error_unhandled_times:
    'Ein Fehler wurde nicht behandelt: {words}, bisher {count}-mal. Der Verkehr ist nicht betroffen. Starten Sie Tokwatt neu, wenn etwas falsch aussieht; Einzelheiten stehen in {place}.',
  errors_unhandled:
    'Fehler vieler Arten wurden nicht behandelt. Der Verkehr ist nicht betroffen. Starten Sie Tokwatt neu, wenn etwas falsch aussieht; Einzelheiten stehen in {place}.',
  errors_unhandled_times:
    'Fehler vieler Arten wurden nicht behandelt, bisher {count}-mal. Der Verkehr ist nicht betroffen. Starten Sie Tokwatt neu, wenn etwas falsch aussieht; Einzelheiten stehen in {place}.',
  shortcut_refused:
    'Die Tasten {keys} sind nicht verfügbar: Ein anderes Programm oder der Desktop hat sie, oder der Desktop gibt Programmen keine. Wähle andere in den Einstellungen unter „Symbol und Darstellung“.',
  log_on_stderr: 'dem Protokoll auf der Standardfehlerausgabe',
  budget_share: '{share} des Budgets „{name}“ sind verbraucht: {used}. Es beginnt neu am {time}.',
  budget_stop:
    '{share} des Budgets „{name}“ sind verbraucht: {used}. Es beginnt neu am {time}. Bis dahin werden weitere Anfragen seines Bereichs abgelehnt.',
  used_day: '{spent} von {whole} heute',
  used_week: '{spent} von {whole} diese Woche',
  used_month: '{spent} von {whole} diesen Monat',
  alerts_unsent: 'Warnungen können nicht gesendet werden. {message}',
  webhook_took: 'Der Webhook hat es angenommen.',
  webhook_redirects:
    'Der Webhook leitet weiter, dem wird nicht gefolgt; setzen Sie die endgültige Adresse.',
  webhook_denied: 'Der Webhook antwortet mit Status {status}; prüfen Sie die Header.',
  webhook_status: 'Der Webhook antwortet mit Status {status}; sehen Sie in sein Protokoll.',
  webhook_late: 'Der Webhook antwortet nicht rechtzeitig; stimmt die Adresse?',
  webhook_port:
    'Der Port des Webhooks ist einer von denen, die HTTP-Clients ablehnen; nehmen Sie einen anderen.',
  webhook_unreachable:
    'Der Webhook ist nicht erreichbar ({code}); läuft er, und stimmt die Adresse?',
  no_webhook: 'Es gibt keinen Webhook: Setzen Sie zuerst seine Adresse in den Einstellungen.',
  prices_not_read:
    'Stündliche Strompreise wurden nicht aus {source} gelesen: {reason} Die letzten Preise gelten weiter.',
  prices_no_file: 'es gibt keine solche Datei.',
  prices_denied: 'Tokwatt darf sie nicht lesen.',
  prices_folder: 'es ist ein Ordner.',
  prices_no_answer: 'dort antwortet nichts.',
  prices_no_name: 'der Name ist unbekannt.',
  prices_late: 'die Adresse antwortete nicht rechtzeitig.',
  prices_redirect: 'die Adresse leitet weiter; geben Sie die endgültige an.',
  prices_unreadable: 'es konnte nicht gelesen werden.',
  prices_code: '{code}.',
  prices_status: 'die Antwort hatte den Status {status}.',
  prices_too_large: 'die Liste hat mehr als {size} MB; nehmen Sie weniger Tage.',
  token_prices_not_imported:
    'Tokenpreise wurden nicht aus {path} importiert: {reason} Die früheren gelten weiter.',
  keys_unstored:
    'Die API-Schlüssel konnten nicht gespeichert werden ({reason}): Sie gelten, bis Tokwatt endet. Ist der Datenträger voll oder der Datenordner schreibgeschützt?',
  update_no_address:
    'Es gibt keine Adresse, um nach neueren Versionen zu fragen; setzen Sie sie in den Einstellungen.',
  update_unknown:
    'Ob es eine neuere Version gibt, war nicht festzustellen: {reason}. Prüfen Sie die Adresse, oder versuchen Sie es später noch einmal.',
  document_form_unknown:
    '{file} hat eine Form, die diese Version nicht kennt; die Datei wird weder benutzt noch geändert. Legen Sie sie beiseite, um eine neue zu beginnen.',
  tariff_unsaved:
    'Der neue Tarif konnte nicht gespeichert werden: Ist der Datenträger voll oder der Datenordner schreibgeschützt? Ändern Sie ihn erneut, wenn das behoben ist.',
  settings_fault: 'settings.json, {fault}.',
  keys_unread:
    'Die API-Schlüssel der Server konnten nicht gelesen werden ({reason}). Setzen Sie sie neu.',
  keys_not_taken: 'API-Schlüssel konnten nicht aus settings.json herausgenommen werden ({reason}).',
};
