/** OpenAI's audio and images: JSON, event streams, or binary media without counts. */
import type { Content } from './content-tally.ts';
import { TEXTLESS, contentOf } from './content-tally.ts';
import { createDialect } from './dialect.ts';
import { openAiError } from './error-shapes.ts';
import type { Dialect } from './extractor.ts';
import { Findings } from './findings.ts';
import type { Fold, FrameContext } from './fold.ts';
import { SAMPLE, TEXT, VALUE, array, object } from './json-shape.ts';
import type { JsonObject } from './json-text.ts';
import { at, elements, text } from './json-text.ts';
import { OPENAI_LENS } from './openai-request.ts';
import { openAiUsage } from './openai-usage.ts';

const ANSWER = object({
  type: VALUE,
  model: VALUE,
  error: SAMPLE,
  usage: VALUE,
  delta: SAMPLE,
  audio: SAMPLE,
  b64_json: SAMPLE,
  text: TEXT,
  choices: array(object({ finish_reason: VALUE, delta: object({ content: TEXT }) })),
});

/** Events with a part of the output: transcribed text, audio, a partial image. */
const PARTS = /(?:\.delta|\.partial_image)$/;
const TRANSCRIBED = 'transcript.text.delta';
/** The last event of a transcription, of speech, of an image. */
const LAST =
  /^(?:transcript\.text\.done|speech\.audio\.done|image_(?:generation|edit)\.completed)$/;

class OpenAiMediaFold implements Fold {
  readonly shape = ANSWER;
  readonly ordinary = null;
  readonly findings = new Findings(false);

  frame(value: JsonObject, { event, streamed }: FrameContext): Content | null {
    const { findings } = this;
    const type = text(at(value, 'type')) ?? event;
    findings.model(at(value, 'model'));
    findings.usage(openAiUsage(at(value, 'usage'), false));
    if (streamed && LAST.test(type)) findings.ended = true;
    // vLLM streams transcriptions as chat chunks.
    const choices = elements(at(value, 'choices'));
    for (const choice of choices) {
      const reason = text(at(choice, 'finish_reason'));
      if (reason === null) continue;
      findings.finishReason = reason;
      findings.ended = true;
    }
    const chunk = contentOf(choices.map((choice) => at(choice, 'delta', 'content')));
    if (chunk !== null) return chunk;
    if (!streamed) return contentOf([at(value, 'text')]);
    if (type === TRANSCRIBED) return contentOf([at(value, 'delta')]);
    const said = ['delta', 'audio', 'b64_json'].some((name) => text(at(value, name)) !== null);
    return said && PARTS.test(type) ? TEXTLESS : null;
  }

  done(): void {
    this.findings.ended = true;
  }
}

export const openAiMedia: Dialect = createDialect({
  id: 'openai-media',
  lens: () => OPENAI_LENS,
  fold: () => new OpenAiMediaFold(),
  error: openAiError,
});
