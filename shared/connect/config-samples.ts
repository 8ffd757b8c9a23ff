/** Pieces of the configuration files of clients. */

const string = JSON.stringify;

/** Codex, `config.toml`. It has spoken only the Responses API since 2026. */
export function codexToml(base: string, model: string): string {
  return [
    `model = ${string(model)}`,
    'model_provider = "tokwatt"',
    '',
    '[model_providers.tokwatt]',
    'name = "Tokwatt"',
    `base_url = ${string(`${base}/v1`)}`,
    'wire_api = "responses"',
  ].join('\n');
}

/** Continue, `config.yaml`. */
export function continueYaml(base: string, model: string, isOllama: boolean): string {
  return [
    'models:',
    `  - name: ${string(model)}`,
    `    provider: ${isOllama ? 'ollama' : 'openai'}`,
    `    model: ${string(model)}`,
    `    apiBase: ${isOllama ? base : `${base}/v1`}`,
  ].join('\n');
}

/** Zed, `settings.json`. It finds the models of Ollama itself; others must be listed. */
export function zedJson(base: string, model: string, isOllama: boolean): string {
  const models = [{ name: model, max_tokens: 32_768 }];
  const provider = isOllama
    ? { ollama: { api_url: base } }
    : { openai_compatible: { Tokwatt: { api_url: `${base}/v1`, available_models: models } } };
  return string({ language_models: provider }, null, 2);
}

/** LiteLLM, `config.yaml`. */
export function liteLlmYaml(base: string, model: string): string {
  return [
    'model_list:',
    `  - model_name: ${string(model)}`,
    '    litellm_params:',
    `      model: ${string(`openai/${model}`)}`,
    `      api_base: ${base}/v1`,
    '      api_key: unused',
  ].join('\n');
}
