import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ipcBridge } from '../client/ipc.ts';
import { applyTheme, rememberedAppearance } from '../state/appearance.ts';
import { ConnectionProvider } from '../state/context.tsx';
import { createStore } from '../state/store.ts';
import '../theme/tokens.css';
import '../theme/base.css';
import { Mini } from './Mini.tsx';
import { MiniTexts } from './MiniTexts.tsx';

const root = document.getElementById('root');
if (root === null) throw new Error('mini.html has no #root');

applyTheme(rememberedAppearance().theme);
const bridge = ipcBridge(window);
if (bridge === null) throw new Error('the mini monitor runs in the desktop application only');
const store = createStore(bridge);
store.start();

createRoot(root).render(
  <StrictMode>
    <ConnectionProvider bridge={bridge} store={store} prompt={null}>
      <MiniTexts>
        <Mini />
      </MiniTexts>
    </ConnectionProvider>
  </StrictMode>,
);
