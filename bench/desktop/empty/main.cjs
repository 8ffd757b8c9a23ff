// @ts-check
/** The smallest Electron program with an icon in the tray: what Tokwatt's desktop is compared with. */

/** Kept, because a collected tray would vanish. */
const kept = [];

void import('electron').then(async ({ Menu, Tray, app, nativeImage }) => {
  app.on('window-all-closed', () => undefined);
  await app.whenReady();
  const tray = new Tray(nativeImage.createEmpty());
  tray.setContextMenu(Menu.buildFromTemplate([{ label: 'Quit', click: () => app.quit() }]));
  kept.push(tray);
  process.stdout.write('{"event":"ready"}\n');
});
