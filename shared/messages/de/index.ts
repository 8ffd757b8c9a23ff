import type { Messages } from '../messages.ts';
import { activity } from './activity.ts';
import { alerts } from './alerts.ts';
import { appUpdate } from './app-update.ts';
import { charts } from './charts.ts';
import { clients } from './clients.ts';
import { connect } from './connect.ts';
import { crashedPage } from './crashed-page.ts';
import { desktop } from './desktop.ts';
import { frame } from './frame.ts';
import { hardware } from './hardware.ts';
import { history } from './history.ts';
import { mini } from './mini.ts';
import { models } from './models.ts';
import { overview } from './overview.ts';
import { playground } from './playground.ts';
import { sentences } from './sentences.ts';
import { settings } from './settings.ts';
import { tray } from './tray.ts';

/** All texts in German. */
export const de: Messages = {
  activity,
  alerts,
  appUpdate,
  charts,
  clients,
  connect,
  crashedPage,
  desktop,
  frame,
  hardware,
  history,
  mini,
  models,
  overview,
  playground,
  sentences,
  settings,
  tray,
};
