#include "daemon/openapi/document.hpp"

extern "C" {
extern const char llmr_openapi_document[];
extern const char llmr_openapi_document_end[];
}

namespace llmr::daemon {

std::string_view openapi_document() {
    return {llmr_openapi_document, llmr_openapi_document_end};
}

}  // namespace llmr::daemon
