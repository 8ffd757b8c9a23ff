/** Sentences of insights. */
export const insightSentences = {
  cold_load: 'Wartete {time}, während das Modell geladen wurde.',
  queue: 'Wartete {time} in der Warteschlange des Servers.',
  long_prompt: 'Las {tokens} Tokens Prompt in {time} vor dem ersten Token.',
  cpu_spill:
    '{share} des Modells ({memory}) liegen im Hauptspeicher, was etwa {time} gekostet hat.',
  thermal_heat:
    '{gpu} bremste sich bei {temperature} für {share} der Zeit selbst, und das dauerte {time} länger als üblich.',
  thermal:
    '{gpu} bremste sich für {share} der Zeit selbst, und das dauerte {time} länger als üblich.',
  power_limit: '{gpu} lief an der Leistungsgrenze, und das dauerte {time} länger als üblich.',
  power_profile:
    'Der Rechner lief im Energieprofil „{profile}“, und das dauerte {time} länger als üblich.',
  on_battery: 'Der Rechner lief mit Akku, und das dauerte {time} länger als üblich.',
  pcie_link:
    '{gpu} nutzte unter Last PCIe {link} statt {possible}, und das dauerte {time} länger als üblich.',
  other_gpu_work: '{process} nutzte {share} von {gpu}, und das dauerte {time} länger als üblich.',
  memory_full:
    'Der Hauptspeicher war zu {share} voll und {swap} waren ausgelagert, und das dauerte {time} länger als üblich.',
  gpu_memory_full:
    'Der Speicher von {gpu} war zu {share} voll und wartete auf den Hauptspeicher, und das dauerte {time} länger als üblich.',
  several_at_once:
    'Teilte sich den Server mit durchschnittlich {others} anderen Anfragen, was {time} länger dauerte als allein.',
  context_near_limit: 'Der Kontext war zu {share} voll, und das dauerte {time} länger als üblich.',
  slower_answer:
    'Die Antwort war {factor} langsamer als bei diesem Modell üblich, insgesamt {time}; eine Ursache war nicht zu sehen.',
  slower_prompt:
    'Das Lesen des Prompts war {factor} langsamer als bei diesem Modell üblich, insgesamt {time}; eine Ursache war nicht zu sehen.',
  exceeded: 'Der Prompt passte nicht in den Kontext, und der Server lehnte ihn ab.',
  exceeded_prompt:
    'Der Prompt mit {prompt} Tokens passte nicht in den Kontext, und der Server lehnte ihn ab.',
  exceeded_limit:
    'Der Prompt passte nicht in den Kontext von {limit} Tokens, und der Server lehnte ihn ab.',
  exceeded_both:
    'Der Prompt mit {prompt} Tokens passte nicht in den Kontext von {limit} Tokens, und der Server lehnte ihn ab.',
  cut: 'Der Server kürzte die Unterhaltung, damit sie in den Kontext passt.',
  cut_limit:
    'Der Server kürzte die Unterhaltung, damit sie in den Kontext von {limit} Tokens passt.',
  cut_silently:
    'Der Anfang des Prompts wurde stillschweigend abgeschnitten: Der Server las {read} von etwa {prompt} Tokens.',
  one_cut:
    'Ein Prompt für {model} verlor in der letzten Stunde einen Teil, weil er den Kontext übersteigt.',
  many_cut:
    '{count} Prompts für {model} verloren in der letzten Stunde einen Teil, weil sie den Kontext übersteigen.',
  one_refused:
    'Ein Prompt für {model} wurde in der letzten Stunde abgelehnt, weil er den Kontext übersteigt.',
  many_refused:
    '{count} Prompts für {model} wurden in der letzten Stunde abgelehnt, weil sie den Kontext übersteigen.',
  phantom_watts: '{model} ist seit {time} ungenutzt geladen und kostet ständig {power}.',
  phantom_memory: '{model} ist seit {time} ungenutzt geladen und belegt {memory} Speicher.',
  repeated_loads:
    '{model} wurde in der letzten Stunde {count}-mal nach Pausen von etwa {pause} geladen, und Anfragen warteten {time} darauf.',
  small_spill:
    '{model} fehlen {memory} GPU-Speicher: {share} davon liegen im Hauptspeicher und bremsen jedes Token.',
  busy_power: '{gpu} zog {time} lang {power}, während keine Anfrage lief.',
  busy_share: '{gpu} war {time} lang zu {share} ausgelastet, während keine Anfrage lief.',
  lower_limit:
    'Bei einer Grenze von {lower} statt {limit} behielt {gpu} {speed} der Geschwindigkeit und zog {saved} weniger.',
  repeated_prefix:
    '{client} ließ {model} in {count} Anfragen wachsender Unterhaltungen {tokens} Tokens erneut lesen.',
  repeated_prefix_took:
    '{client} ließ {model} in {count} Anfragen wachsender Unterhaltungen {tokens} Tokens erneut lesen, was {time} dauerte.',
  oversized_context:
    '{model} hat einen Kontext von {limit} Tokens, und die letzten {count} Vorgänge nutzten höchstens {most} Tokens.',
  no_better_limit:
    '{gpu} hat unter den beobachteten keine bessere Leistungsgrenze: Bei {limits} ging gegenüber {limit} so viel Geschwindigkeit verloren, wie Leistung gespart wurde.',
  some_model: 'Ein Modell',
  of_some_model: 'ein Modell',
  some_client: 'Ein Client',
  passed_truncated: 'keine gekürzten Prompts',
  passed_loads: 'kein wiederholtes Laden',
  passed_prefix: 'kein doppelt gelesener Prompt',
  passed_spill: 'kein Modellteil im Hauptspeicher',
  passed_phantom: 'kein vergessenes Modell',
  passed_busy: 'keine GPU ohne Anfragen beschäftigt',
  passed_limit: 'keine bessere Leistungsgrenze bekannt',
  passed_context: 'kein zu großer Kontext',
  needs_truncated: 'Noch keine Anfrage ist beendet.',
  needs_loads: 'In der letzten Stunde wurde keine Anfrage beendet.',
  needs_prefix:
    'Keine Antwort der letzten zwei Stunden sagt, wie viel des Prompts aus dem Cache kam.',
  needs_spill:
    'Kein Server sagt, wie viel eines geladenen Modells im GPU-Speicher liegt, oder das Modell wurde gerade erst geladen.',
  needs_phantom: 'Kein Server führt ein geladenes Modell auf.',
  needs_busy:
    'Dafür braucht es ein geladenes Modell auf diesem Rechner und eine GPU, die ihre Auslastung meldet.',
  needs_limit: 'Antworten gab es nur bei einer Leistungsgrenze oder zu wenige.',
  needs_context: 'Kein geladenes Modell mit bekanntem Kontext hatte bisher 50 Vorgänge.',
  check_failed: 'Die Prüfung scheiterte in Tokwatt; das Protokoll nennt den Grund.',
};
