import { desktop as german } from '../../shared/messages/de/desktop.ts';
import { desktop as english } from '../../shared/messages/en/desktop.ts';
import { desktop as chinese } from '../../shared/messages/zh-CN/desktop.ts';
import { wordsOf } from './words.ts';

/** The texts of the desktop's own dialogs in a language. */
export const desktopWords = wordsOf({ en: english, de: german, 'zh-CN': chinese });
