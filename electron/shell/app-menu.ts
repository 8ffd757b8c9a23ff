import { Menu } from 'electron';

/**
 * Sets the application's menu. On macOS it is the menu bar. Elsewhere it is hidden (Alt shows it) and
 * provides the shortcuts for copy, zoom and close.
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
