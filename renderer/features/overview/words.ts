import type { useTranslations } from 'use-intl';

/** The texts of the overview, for functions outside of components. */
export type OverviewText = ReturnType<typeof useTranslations<'overview'>>;
