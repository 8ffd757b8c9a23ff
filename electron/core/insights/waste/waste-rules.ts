import { PHANTOM_LOAD, REPEATED_LOADS } from './loads.ts';
import { BUSY_WITHOUT_TOKENS, INEFFICIENT_POWER_LIMIT, SMALL_SPILL_RULE } from './machine.ts';
import { OVERSIZED_CONTEXT, REPEATED_PREFIX, TRUNCATED_PROMPTS } from './prompts.ts';
import type { WasteRule } from './waste-facts.ts';

/** All rules about models and the machine, the most important first. */
export const WASTE_RULES: readonly WasteRule[] = [
  TRUNCATED_PROMPTS,
  REPEATED_LOADS,
  REPEATED_PREFIX,
  SMALL_SPILL_RULE,
  PHANTOM_LOAD,
  BUSY_WITHOUT_TOKENS,
  INEFFICIENT_POWER_LIMIT,
  OVERSIZED_CONTEXT,
];
