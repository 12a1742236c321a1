# The weights file as it stands, among the constants of the program.
    .section .rodata
    .balign 64
    .globl llmr_classifier_weights
    .globl llmr_classifier_weights_end
llmr_classifier_weights:
    .incbin LLMR_WEIGHTS_FILE
llmr_classifier_weights_end:
    .byte 0
    .section .note.GNU-stack,"",%progbits
