/** Reads requests in OpenAI's shapes, with the extensions of vLLM and llama.cpp. */
import type { Features } from '../../../shared/features.ts';
import { SAMPLE, VALUE, array, digest, object, visit } from './json-shape.ts';
import { holdsSomething, text } from './json-text.ts';
import type { RequestBody } from './request-body.ts';
import type { RequestLens } from './request.ts';
import { asked } from './request.ts';
import { SAMPLING_MEMBERS } from './sampling.ts';
import { SESSION_MEMBERS } from './session-id.ts';
import { firstCount } from './usage-shapes.ts';

const SAID = digest('said');
const PARTS = array(
  object({ type: visit('part'), text: SAID, image_url: object({ url: SAID }) }),
  SAID,
);

/** The members of a request that are read. */
export const OPENAI_REQUEST = {
  ...SAMPLING_MEMBERS,
  ...SESSION_MEMBERS,
  model: VALUE,
  stream: VALUE,
  n: VALUE,
  n_cmpl: VALUE,
  tool_choice: SAMPLE,
  structured_outputs: SAMPLE,
  guided_json: SAMPLE,
  guided_regex: SAMPLE,
  guided_choice: SAMPLE,
  guided_grammar: SAMPLE,
  grammar: SAMPLE,
  json_schema: SAMPLE,
  chat_template_kwargs: object({ enable_thinking: VALUE }),
  images: visit('images'),
  image_data: visit('images'),
  prompt: object({ multimodal_data: visit('images') }),
  instructions: digest('instructed'),
  messages: array(object({ role: visit('role'), content: PARTS })),
  input: array(
    object({ type: visit('part'), role: visit('role'), content: PARTS, output: SAID }),
    SAID,
  ),
};

/** Members that request structured output. */
const GRAMMARS = [
  'structured_outputs',
  'guided_json',
  'guided_regex',
  'guided_choice',
  'guided_grammar',
  'grammar',
  'json_schema',
];

const IMAGE_PARTS = ['image_url', 'input_image', 'image'];

function features(body: RequestBody): Features {
  const offers = holdsSomething(body.get('tools')) || holdsSomething(body.get('functions'));
  const format = body.get('response_format', 'type') ?? body.get('text', 'format', 'type');
  const structured =
    format === 'json_object' ||
    format === 'json_schema' ||
    GRAMMARS.some((name) => holdsSomething(body.get(name)));
  const images = body.met('images') || IMAGE_PARTS.some((type) => body.met('part', type));
  return {
    tools: asked(body, offers && body.get('tool_choice') !== 'none'),
    structuredOutput: asked(body, structured),
    images: asked(body, images),
    thinking: thinking(body),
  };
}

/** If it is absent, the model decides, so it is unknown. */
function thinking(body: RequestBody): boolean | null {
  const enabled = body.get('chat_template_kwargs', 'enable_thinking');
  if (typeof enabled === 'boolean') return enabled;
  const effort = text(body.get('reasoning_effort')) ?? text(body.get('reasoning', 'effort'));
  return effort === null ? null : effort !== 'none';
}

/** llama.cpp's own name of `n` is `n_cmpl`. */
function answersPerPrompt(body: RequestBody): number {
  return Math.max(1, firstCount(body.get('n_cmpl'), body.get('n')) ?? 1);
}

export const OPENAI_LENS: RequestLens = {
  shape: object(OPENAI_REQUEST),
  stream: (value) => value === true,
  features,
  answersPerPrompt,
};
