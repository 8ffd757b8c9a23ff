import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { connect } from './client/connect.ts';
import { ConnectionProvider } from './state/context.tsx';
import { createStore } from './state/store.ts';
import './theme/tokens.css';
import './theme/base.css';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');

const { bridge, prompt } = connect(window);
const store = createStore(bridge);
store.start();

createRoot(root).render(
  <StrictMode>
    <ConnectionProvider bridge={bridge} store={store} prompt={prompt}>
      <App />
    </ConnectionProvider>
  </StrictMode>,
);
