import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { connect } from './client/connect.ts';
import { navigate } from './state/address.ts';
import { applyTheme, rememberedAppearance } from './state/appearance.ts';
import { addressOfLastRun } from './state/last-address.ts';
import { createStore } from './state/store.ts';
import './theme/tokens.css';
import './theme/base.css';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');

applyTheme(rememberedAppearance().theme);
const connection = connect(window);
const store = createStore(connection.bridge);
store.start();
if (location.hash === '') navigate(addressOfLastRun() ?? '/', { replace: true });

connection.bridge.on('goTo', (address) => navigate(address));

createRoot(root).render(
  <StrictMode>
    <App connection={connection} store={store} />
  </StrictMode>,
);
