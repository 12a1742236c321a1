# The description of the HTTP interface as it stands, among the constants of the program.
    .section .rodata
    .globl llmr_openapi_document
    .globl llmr_openapi_document_end
llmr_openapi_document:
    .incbin LLMR_OPENAPI_FILE
llmr_openapi_document_end:
    .byte 0
    .section .note.GNU-stack,"",%progbits
