/** Why the desktop cannot show the headless Tokwatt that uses its data folder. */
export const attachSentences = {
  attached_ended: '此窗口所显示的无窗口 Tokwatt 已结束。现在不计量，使用其端口的程序得不到响应。',
  attached_silent: '此窗口所显示的无窗口 Tokwatt 没有响应；正在重新连接… 它可能正在启动或停止。',
  attached_version:
    '无窗口的 Tokwatt {version} 正在使用此数据文件夹，而此桌面程序是 {own}，无法显示它。请让两者使用同一版本，或在浏览器中打开 {address}。',
  attached_token:
    '使用此数据文件夹的无窗口 Tokwatt 的 API 令牌与文件夹中的不同。如果它是用 TOKWATT_API_TOKEN 启动的，请用相同的值启动桌面程序。',
  attached_address:
    '使用此数据文件夹的无窗口 Tokwatt 监听 {address}，不是回环地址，因此桌面程序不会向它发送 API 令牌。请不带 --bind 启动它，或在浏览器中打开其地址。',
};
