/**
 * Programs that ask through the proxy. Each is complete apart from installing its library. A JSON
 * string is a string of Python and JavaScript too.
 */
import { quoted } from './quoting.ts';

const PROMPT = 'Hello';
const string = JSON.stringify;

/** A request with curl, quoted for the platform's shell. */
export function curlSample(base: string, model: string, platform: string): string {
  const body = string({ model, messages: [{ role: 'user', content: PROMPT }] });
  const header = quoted('Content-Type: application/json', platform);
  return `curl ${base}/v1/chat/completions -H ${header} -d ${quoted(body, platform)}`;
}

export function openaiPython(base: string, model: string): string {
  return [
    'from openai import OpenAI',
    `client = OpenAI(base_url=${string(`${base}/v1`)}, api_key="unused")`,
    'answer = client.chat.completions.create(',
    `    model=${string(model)}, messages=[{"role": "user", "content": ${string(PROMPT)}}])`,
    'print(answer.choices[0].message.content)',
  ].join('\n');
}

export function openaiJs(base: string, model: string): string {
  return [
    "import OpenAI from 'openai';",
    `const client = new OpenAI({ baseURL: ${string(`${base}/v1`)}, apiKey: 'unused' });`,
    'const answer = await client.chat.completions.create({',
    `  model: ${string(model)}, messages: [{ role: 'user', content: ${string(PROMPT)} }] });`,
    'console.log(answer.choices[0].message.content);',
  ].join('\n');
}

export function anthropicPython(base: string, model: string): string {
  return [
    'from anthropic import Anthropic',
    `client = Anthropic(base_url=${string(base)}, api_key="unused")`,
    'answer = client.messages.create(',
    `    model=${string(model)}, max_tokens=1024,`,
    `    messages=[{"role": "user", "content": ${string(PROMPT)}}])`,
    'print(answer.content[0].text)',
  ].join('\n');
}

export function ollamaJs(base: string, model: string): string {
  return [
    "import { Ollama } from 'ollama';",
    `const ollama = new Ollama({ host: ${string(base)} });`,
    `const messages = [{ role: 'user', content: ${string(PROMPT)} }];`,
    `console.log(await ollama.chat({ model: ${string(model)}, messages }));`,
  ].join('\n');
}

export function langchain(base: string, model: string, isOllama: boolean): string {
  return isOllama
    ? [
        'from langchain_ollama import ChatOllama',
        `model = ChatOllama(base_url=${string(base)}, model=${string(model)})`,
      ].join('\n')
    : [
        'from langchain_openai import ChatOpenAI',
        `model = ChatOpenAI(base_url=${string(`${base}/v1`)}, api_key="unused",`,
        `    model=${string(model)})`,
      ].join('\n');
}

export function llamaIndex(base: string, model: string, isOllama: boolean): string {
  return isOllama
    ? [
        'from llama_index.llms.ollama import Ollama',
        `model = Ollama(base_url=${string(base)}, model=${string(model)})`,
      ].join('\n')
    : [
        'from llama_index.llms.openai_like import OpenAILike',
        `model = OpenAILike(api_base=${string(`${base}/v1`)}, api_key="unused",`,
        `    model=${string(model)}, is_chat_model=True)`,
      ].join('\n');
}
