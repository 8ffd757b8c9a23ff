import { alertSentences } from './alert-sentences.ts';
import { attachSentences } from './attach-sentences.ts';
import { errorSentences } from './error-sentences.ts';
import { exporterSentences } from './exporter-sentences.ts';
import { hardwareSentences } from './hardware-sentences.ts';
import { insightAdvice } from './insight-advice.ts';
import { insightFacts } from './insight-facts.ts';
import { insightSentences } from './insight-sentences.ts';
import { ledgerSentences } from './ledger-sentences.ts';
import { listenSentences } from './listen-sentences.ts';
import { modelSentences } from './model-sentences.ts';
import { serverSentences } from './server-sentences.ts';
import { settingSentences } from './setting-sentences.ts';
import { takeoverSentences } from './takeover-sentences.ts';
import { updateSentences } from './update-sentences.ts';
import { warningSentences } from './warning-sentences.ts';

/** Sentences that the core makes, by code. */
export const sentences = {
  ...insightSentences,
  ...insightFacts,
  ...insightAdvice,
  ...serverSentences,
  ...hardwareSentences,
  ...ledgerSentences,
  ...warningSentences,
  ...errorSentences,
  ...modelSentences,
  ...settingSentences,
  ...exporterSentences,
  ...takeoverSentences,
  ...listenSentences,
  ...alertSentences,
  ...attachSentences,
  ...updateSentences,
};
