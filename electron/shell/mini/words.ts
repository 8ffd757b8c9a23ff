import { mini as german } from '../../../shared/messages/de/mini.ts';
import { mini as english } from '../../../shared/messages/en/mini.ts';
import { mini as chinese } from '../../../shared/messages/zh-CN/mini.ts';
import { wordsOf } from '../words.ts';

/** The texts of the mini monitor's menu in a language. */
export const miniWords = wordsOf({ en: english, de: german, 'zh-CN': chinese });
