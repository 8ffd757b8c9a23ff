"""Writes a small random-weight model that llama-server can serve: its words mean nothing, its token counts and
timings are real. Runs inside the chroot that llama-server.mjs prepares (python3-gguf, numpy).

usage: make-model.py chat|slow FILE

`chat` answers at thousands of tokens a second and ends its answers by itself, after some tens of tokens.
`slow` is large enough that a stream can be watched and cut off, and never ends before its token limit.
"""

import sys

import gguf
import numpy as np

SHAPES = {
    # width, blocks, heads, feed-forward, stored as
    "chat": (64, 2, 4, 128, np.float32),
    "slow": (512, 16, 8, 1408, np.float16),
}
CONTEXT = 8192
SEED = 20

WORDS = (
    "the a of and to in is it on for with that this are one two light heat power watt token model prompt answer "
    "graph meter count time day week number small large fast slow warm cold machine language energy"
).split()
# Two, three and four bytes in UTF-8, so that streams carry more than ASCII.
SIGNS = [".", ",", "!", "?", "\n", "é", "ü", "€", "ℏ", "電", "力", "🔋"]

CHAT_TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}<{{ m['role'] }}> {{ m['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)


def vocabulary():
    """Returns (text, score, type, likely) for each token; `likely` ones are what the model tends to say."""
    types = gguf.TokenType
    tokens = [
        ("<unk>", 0.0, types.UNKNOWN, False),
        ("<s>", 0.0, types.CONTROL, False),
        ("</s>", 0.0, types.CONTROL, True),
        ("<fim_pre>", 0.0, types.CONTROL, False),
        ("<fim_suf>", 0.0, types.CONTROL, False),
        ("<fim_mid>", 0.0, types.CONTROL, False),
    ]
    tokens += [(f"<0x{byte:02X}>", 0.0, types.BYTE, False) for byte in range(256)]
    spoken = [f"▁{word}" for word in WORDS] + SIGNS
    # A SentencePiece tokenizer reaches a word only by merging its beginnings, so these are tokens too.
    beginnings = {text[:end] for text in spoken for end in range(1, len(text) + 1)}
    letters = {letter for text in spoken for letter in text}
    for text in sorted(beginnings | letters):
        tokens.append((text, float(len(text)), types.NORMAL, text in spoken))
    return tokens


def write(kind, path):
    width, blocks, heads, feed_forward, dtype = SHAPES[kind]
    random = np.random.default_rng(SEED)
    tokens = vocabulary()

    def matrix(rows, columns):
        return (random.standard_normal((rows, columns), dtype=np.float32) / np.sqrt(columns)).astype(dtype)

    out = gguf.GGUFWriter(path, "llama")
    out.add_name(f"tokwatt-{kind}")
    out.add_context_length(CONTEXT)
    out.add_embedding_length(width)
    out.add_block_count(blocks)
    out.add_feed_forward_length(feed_forward)
    out.add_head_count(heads)
    out.add_head_count_kv(heads)
    out.add_layer_norm_rms_eps(1e-5)
    out.add_rope_dimension_count(width // heads)
    out.add_vocab_size(len(tokens))
    out.add_file_type(gguf.LlamaFileType.ALL_F32 if dtype is np.float32 else gguf.LlamaFileType.MOSTLY_F16)
    out.add_tokenizer_model("llama")
    out.add_tokenizer_pre("default")
    out.add_token_list([text for text, _, _, _ in tokens])
    out.add_token_scores([score for _, score, _, _ in tokens])
    out.add_token_types([int(type_) for _, _, type_, _ in tokens])
    out.add_unk_token_id(0)
    out.add_bos_token_id(1)
    out.add_eos_token_id(2)
    out.add_uint32("tokenizer.ggml.fim_pre_token_id", 3)
    out.add_uint32("tokenizer.ggml.fim_suf_token_id", 4)
    out.add_uint32("tokenizer.ggml.fim_mid_token_id", 5)
    out.add_add_bos_token(True)
    out.add_add_eos_token(False)
    out.add_chat_template(CHAT_TEMPLATE)

    # The llama architecture has no output bias. The first dimension stands in for one: every token puts the same
    # value there, no block writes to it, and the output row of an unwanted token is strongly negative in it.
    embedding = random.standard_normal((len(tokens), width), dtype=np.float32)
    embedding[:, 0] = np.sqrt(width) / 2
    output = random.standard_normal((len(tokens), width), dtype=np.float32) * (2 / np.sqrt(width))
    output[:, 0] = [0 if likely else -10 for _, _, _, likely in tokens]
    if kind == "slow":
        output[2, 0] = -10
    out.add_tensor("token_embd.weight", embedding.astype(dtype))
    out.add_tensor("output_norm.weight", np.ones(width, dtype=np.float32))
    out.add_tensor("output.weight", output.astype(dtype))
    for block in range(blocks):
        for norm in ("attn_norm", "ffn_norm"):
            out.add_tensor(f"blk.{block}.{norm}.weight", np.ones(width, dtype=np.float32))
        for name in ("attn_q", "attn_k", "attn_v"):
            out.add_tensor(f"blk.{block}.{name}.weight", matrix(width, width))
        for name in ("ffn_gate", "ffn_up"):
            out.add_tensor(f"blk.{block}.{name}.weight", matrix(feed_forward, width))
        for name, columns in (("attn_output", width), ("ffn_down", feed_forward)):
            weights = matrix(width, columns)
            weights[0, :] = 0
            out.add_tensor(f"blk.{block}.{name}.weight", weights)
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in SHAPES:
        sys.exit(__doc__)
    write(sys.argv[1], sys.argv[2])
