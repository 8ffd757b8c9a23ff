/** What to do about insights. */
export const insightAdvice = {
  advise_context_or_cache: '减少发送的上下文，或让每个请求以相同的文本开头，以便服务器缓存。',
  advise_stable_prefix:
    '让各个请求的提示开头保持相同：把日期、文件内容和搜索结果放在固定指令之后，而不是之前。',
  advise_fit_gpu:
    '让模型放得进显存：更小的量化、更短的上下文，或量化 KV 缓存（{ollama}；llama-server 的 {llama}）。',
  advise_cooling:
    '改善 GPU 散热：清洁风扇和滤网，或调高风扇曲线。降低功率上限可在速度几乎不变的情况下降温。',
  advise_power_supply: '显卡自身使 GPU 降速：请检查供电线和电源。',
  advise_raise_limit: '如果功率上限曾被调低，请重新调高：{command}。',
  advise_profile: '使用模型时请选择“balanced”或“performance”模式。',
  advise_charger: '使用模型时请连接充电器。',
  advise_pcie:
    '检查插槽、转接线和固件中的 PCIe 设置。对于跨多个 GPU 或部分位于主内存的模型，影响最大。',
  advise_close: '模型工作时关闭 {process}，或让它使用另一个 GPU。',
  advise_memory: '关闭其他程序，或选择更小的模型或上下文。',
  advise_gpu_memory:
    '选择更小的模型或上下文。在 Windows 上，请在 NVIDIA 控制面板中将“CUDA - Sysmem Fallback Policy”设为“Prefer No Sysmem Fallback”，使其直接失败而不是变慢。',
  advise_fewer_ollama:
    '一起运行通常比依次运行更快。如果某个回答必须快，请设置 {setting}，让其他请求等待。',
  advise_fewer: '一起运行通常比依次运行更快。如果某个回答必须快，请让服务器同时处理更少的请求。',
  advise_smaller_quantization:
    '选择小一级的量化、将上下文减半，或量化 KV 缓存：{flash} 配合 {cache}，或 llama-server 的 {llama}。',
  advise_restart_server:
    '服务器可能仍在为已离开的客户端工作：请重启服务器，或卸载其模型。如果有程序直接访问服务器，请让它改用 Tokwatt 的地址，以便统计其 token。',
  advise_set_limit: '以管理员身份用 {nvidia}（NVIDIA）或 {amd}（AMD）设置功率上限。',
  advise_repeated_prefix:
    '让各个请求的提示开头保持相同（对话之前不要有时间或随机标识），并让一个槽位同时只供一个客户端使用：llama-server 的 {parallel} 和 {similarity}，Ollama 的 {ollama}。',
  keep_ollama: '让模型保持加载更久：为服务器设置 {setting}，或随请求发送 {option}。',
  keep_llama_swap: '在 llama-swap 的配置中调高该模型的 ttl（0 表示从不卸载），或设置 globalTTL。',
  keep_lmstudio:
    '调高空闲 TTL：{command}，或在请求中使用 {option}；也可以为按需加载的模型关闭 auto-evict。',
  keep_llamacpp: '调高 llama-server 的 {flag}，或不使用它。',
  keep_other: '调高服务器卸载空闲模型之前的时间。',
  unload_ollama: '用 {command} 卸载，并设置 {setting}，让模型自动卸载。',
  unload_llama_swap: '在 llama-swap 的配置中，将该模型的 ttl 设为多少秒后卸载，例如 600。',
  unload_lmstudio: '用 {command} 卸载，或用 {load} 加载。',
  unload_llamacpp: '用 {flag} 启动 llama-server，或在不需要时停止它。',
  unload_other: '卸载它，或让服务器卸载空闲模型。',
  more_ollama: '允许同时运行更多请求：如果内存允许，设置 {setting}。',
  more_llamacpp: '允许同时运行更多请求：用 {flag} 启动 llama-server。',
  more_llama_swap: '允许同时运行更多请求：在该模型的命令中加入 {flag}。',
  more_vllm: '允许同时运行更多请求：调高 {flag}。',
  more_other: '如果内存允许，让服务器同时运行更多请求。',
  larger_ollama:
    '给模型更大的上下文：为服务器设置 {setting}，或发送 {option}。使用 {refuse} 时，服务器会拒绝这样的提示，而不是截断。',
  larger_llamacpp: '用更大的 {flag} 启动 llama-server，或少发送一些对话。',
  larger_llama_swap: '在该模型的命令中调高 {flag}，或少发送一些对话。',
  larger_lmstudio: '用更大的上下文加载模型：{command}。',
  larger_vllm: '调高 {flag}，或少发送一些对话。',
  larger_other: '给模型更大的上下文，或少发送一些对话。',
  smaller_ollama: '为服务器设置 {setting}，或发送 {option}。这样内存可供更大的模型使用。',
  smaller_llamacpp: '用 {flag} 启动 llama-server。这样内存可供更大的模型使用。',
  smaller_llama_swap: '在该模型的命令中设置 {flag}。这样内存可供更大的模型使用。',
  smaller_lmstudio: '用 {command} 加载模型。这样内存可供更大的模型使用。',
  smaller_vllm: '用 {flag} 启动 vLLM。这样内存可供更大的模型使用。',
  smaller_other: '以 {tokens} 个 token 的上下文加载模型。这样内存可供更大的模型使用。',
};
