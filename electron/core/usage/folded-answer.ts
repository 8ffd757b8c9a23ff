import type { PromptSoFar } from './claims.ts';
import type { Fold } from './fold.ts';

/** What a fold has found in an answer so far, for readers of any framing. */
export abstract class FoldedAnswer {
  protected readonly fold: Fold;

  constructor(fold: Fold) {
    this.fold = fold;
  }

  get hasVisibleText(): boolean {
    return this.fold.findings.content.hasVisibleText;
  }

  get characters(): number {
    return this.fold.findings.content.characters;
  }

  get promptSoFar(): PromptSoFar {
    return this.fold.findings.promptSoFar;
  }

  get inputTokensSoFar(): number | null {
    return this.fold.findings.inputTokens;
  }
}
