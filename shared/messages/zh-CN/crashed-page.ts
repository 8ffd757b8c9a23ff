/** Texts of the page that replaces the window after its page ended several times. They have no placeholders. */
export const crashedPage = {
  title: 'Tokwatt 的窗口已停止工作',
  text: '窗口已多次重新打开，但每次都停止工作。计量仍在继续，你的请求仍会得到应答。',
  retry: '重新打开',
};
