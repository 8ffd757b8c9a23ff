/** What to do about insights. */
export const insightAdvice = {
  advise_context_or_cache:
    'Weniger Kontext senden oder jede Anfrage mit demselben Text beginnen, damit der Server ihn im Cache behalten kann.',
  advise_stable_prefix:
    'Den Anfang des Prompts von Anfrage zu Anfrage gleich lassen: Datum, Dateiinhalte und Suchergebnisse nach den festen Anweisungen statt davor.',
  advise_fit_gpu:
    'Das Modell in den GPU-Speicher passend machen: kleinere Quantisierung, kürzerer Kontext oder quantisierter KV-Cache ({ollama}; {llama} von llama-server).',
  advise_cooling:
    'Der GPU mehr Luft geben: Lüfter und Filter reinigen oder die Lüfterkurve anheben. Eine niedrigere Leistungsgrenze hält sie bei fast gleicher Geschwindigkeit kühler.',
  advise_power_supply: 'Die Karte selbst bremst die GPU: Stromkabel und Netzteil prüfen.',
  advise_raise_limit: 'Falls die Grenze gesenkt wurde, wieder anheben: {command}.',
  advise_profile: 'Für die Arbeit mit Modellen das Profil „balanced“ oder „performance“ wählen.',
  advise_charger: 'Für die Arbeit mit Modellen das Ladegerät anschließen.',
  advise_pcie:
    'Steckplatz, Riser-Kabel und PCIe-Einstellung der Firmware prüfen. Das zählt vor allem bei Modellen auf mehreren GPUs oder teilweise im Hauptspeicher.',
  advise_close: '{process} schließen, während Modelle arbeiten, oder eine andere GPU zuweisen.',
  advise_memory:
    'Andere Programme schließen oder ein kleineres Modell oder einen kleineren Kontext wählen.',
  advise_gpu_memory:
    'Ein kleineres Modell oder einen kleineren Kontext wählen. Unter Windows in der NVIDIA-Systemsteuerung „CUDA - Sysmem Fallback Policy“ auf „Prefer No Sysmem Fallback“ stellen, damit dies scheitert statt zu bremsen.',
  advise_fewer_ollama:
    'Zusammen sind sie meist schneller als nacheinander. Muss eine Antwort schnell sein, {setting} setzen, damit die anderen warten.',
  advise_fewer:
    'Zusammen sind sie meist schneller als nacheinander. Muss eine Antwort schnell sein, den Server weniger zugleich ausführen lassen.',
  advise_smaller_quantization:
    'Die nächstkleinere Quantisierung wählen, den Kontext halbieren oder den KV-Cache quantisieren: {flash} mit {cache} oder {llama} von llama-server.',
  advise_restart_server:
    'Vielleicht arbeitet ein Server noch für einen Client, den es nicht mehr gibt: neu starten oder das Modell entladen. Fragt ein Programm den Server direkt, sollte es die Adresse von Tokwatt nutzen, damit seine Tokens gezählt werden.',
  advise_set_limit: 'Die Grenze als Administrator mit {nvidia} (NVIDIA) oder {amd} (AMD) setzen.',
  advise_repeated_prefix:
    'Den Anfang des Prompts von Anfrage zu Anfrage gleich lassen (keine Uhrzeit oder zufällige Kennung vor der Unterhaltung) und einen Slot nur einem Client zugleich geben: {parallel} und {similarity} von llama-server, {ollama} von Ollama.',
  keep_ollama:
    'Das Modell länger geladen lassen: {setting} für den Server setzen oder {option} mit der Anfrage senden.',
  keep_llama_swap:
    'ttl dieses Modells in der Konfiguration von llama-swap erhöhen (0 entlädt es nie) oder globalTTL setzen.',
  keep_lmstudio:
    'Die Leerlauf-TTL erhöhen: {command} oder {option} in der Anfrage; oder Auto-Evict für bei Bedarf geladene Modelle ausschalten.',
  keep_llamacpp: '{flag} von llama-server erhöhen oder weglassen.',
  keep_other: 'Die Zeit erhöhen, nach der der Server ungenutzte Modelle entlädt.',
  unload_ollama:
    'Mit {command} entladen und {setting} setzen, damit Modelle von selbst entladen werden.',
  unload_llama_swap:
    'ttl dieses Modells in der Konfiguration von llama-swap auf die Sekunden setzen, nach denen es entladen werden soll, etwa 600.',
  unload_lmstudio: 'Mit {command} entladen oder mit {load} laden.',
  unload_llamacpp: 'llama-server mit {flag} starten oder beenden, solange er nicht gebraucht wird.',
  unload_other: 'Entladen oder den Server ungenutzte Modelle entladen lassen.',
  more_ollama: 'Mehr Anfragen zugleich zulassen: {setting} setzen, wenn der Speicher reicht.',
  more_llamacpp: 'Mehr Anfragen zugleich zulassen: llama-server mit {flag} starten.',
  more_llama_swap: 'Mehr Anfragen zugleich zulassen: {flag} zum Befehl dieses Modells hinzufügen.',
  more_vllm: 'Mehr Anfragen zugleich zulassen: {flag} erhöhen.',
  more_other: 'Den Server mehr Anfragen zugleich ausführen lassen, wenn der Speicher reicht.',
  larger_ollama:
    'Dem Modell einen größeren Kontext geben: {setting} für den Server setzen oder {option} senden. Mit {refuse} lehnt der Server einen solchen Prompt ab, statt ihn zu kürzen.',
  larger_llamacpp:
    'llama-server mit größerem {flag} starten oder weniger von der Unterhaltung senden.',
  larger_llama_swap:
    '{flag} im Befehl dieses Modells erhöhen oder weniger von der Unterhaltung senden.',
  larger_lmstudio: 'Das Modell mit größerem Kontext laden: {command}.',
  larger_vllm: '{flag} erhöhen oder weniger von der Unterhaltung senden.',
  larger_other: 'Dem Modell einen größeren Kontext geben oder weniger von der Unterhaltung senden.',
  smaller_ollama:
    '{setting} für den Server setzen oder {option} senden. Dann ist der Speicher für ein größeres Modell frei.',
  smaller_llamacpp:
    'llama-server mit {flag} starten. Dann ist der Speicher für ein größeres Modell frei.',
  smaller_llama_swap:
    '{flag} im Befehl dieses Modells setzen. Dann ist der Speicher für ein größeres Modell frei.',
  smaller_lmstudio:
    'Das Modell mit {command} laden. Dann ist der Speicher für ein größeres Modell frei.',
  smaller_vllm: 'vLLM mit {flag} starten. Dann ist der Speicher für ein größeres Modell frei.',
  smaller_other:
    'Das Modell mit einem Kontext von {tokens} Tokens laden. Dann ist der Speicher für ein größeres Modell frei.',
};
