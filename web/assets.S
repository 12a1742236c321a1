/* The files as they stand, and compressed, among the constants of the program. */
#define LLMR_TEXT(name) #name
#define LLMR_ASSET(symbol, name)                    \
    .globl llmr_web_##symbol;                       \
    .globl llmr_web_##symbol##_gzip;                \
    .globl llmr_web_##symbol##_end;                 \
    llmr_web_##symbol: .incbin LLMR_TEXT(name);     \
    llmr_web_##symbol##_gzip: .incbin LLMR_TEXT(name.gz); \
    llmr_web_##symbol##_end: .byte 0;

    .section .rodata
#include "web/asset_list.inc"
    .section .note.GNU-stack,"",%progbits
