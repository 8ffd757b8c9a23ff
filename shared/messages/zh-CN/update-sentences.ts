/** Why an update of the desktop failed, and what to do. */
export const updateSentences = {
  app_update_no_answer:
    '无法得知是否有新版本，因为 {where} 没有给出可用的响应（{reason}）。此电脑在线吗？请稍后重试。',
  app_update_broken_off: '下载中断（{reason}）。当前版本继续运行。请重试，下载会重新开始。',
  app_update_wrong_bytes:
    '下载的内容与发布信息不符，已删除，未安装。当前版本继续运行。请稍后重试；如果再次发生，请告知项目。',
  app_update_no_room: '{where} 的空间不足以存放新版本。当前版本继续运行。请腾出空间后重试。',
  app_update_not_allowed:
    'Tokwatt 没有写入 {where} 的权限。当前版本继续运行。请把 Tokwatt 移到您自己的文件夹，或以该文件夹所有者的身份替换它。',
  app_update_not_installed: '新版本未能就位（{reason}）。当前版本继续运行。请重试。',
};
