/** Why an update of the desktop failed, and what to do. */
export const updateSentences = {
  app_update_no_answer:
    'Whether there is a newer version could not be found out, because {where} gave no usable answer ({reason}). Is this machine online? Try again later.',
  app_update_broken_off:
    'The download broke off ({reason}). This version goes on. Try again; it begins anew.',
  app_update_wrong_bytes:
    'What was downloaded is not what the release announces, so it was deleted and not installed. This version goes on. Try again later; if it happens again, tell the project.',
  app_update_no_room:
    'There is not enough room in {where} for the new version. This version goes on. Free some space and try again.',
  app_update_not_allowed:
    'Tokwatt may not write to {where}. This version goes on. Move Tokwatt to a folder of yours, or replace it as the owner of that folder.',
  app_update_not_installed:
    'The new version could not be put in place ({reason}). This version goes on. Try again.',
} as const;
