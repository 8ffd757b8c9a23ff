import { Menu } from 'electron';

/**
 * The application's menu. On macOS it is the menu bar; elsewhere it is hidden (Alt shows it) and is there
 * for its keys: copying, zooming and closing must work without a mouse.
 */
export function setAppMenu(): void {
  const menu = Menu.buildFromTemplate([
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' as const }] : []),
    { role: 'editMenu' },
    {
      label: 'View',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    {
      label: 'Window',
      submenu: [{ role: 'minimize' }, { role: 'close' }],
    },
  ]);
  Menu.setApplicationMenu(menu);
}
