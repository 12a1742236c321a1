#include <string>
#include <utility>

#include "daemon/handlers/handlers.hpp"
#include "daemon/negotiation.hpp"
#include "web/assets.hpp"

namespace llmr::daemon::handlers {
namespace {

/// Nothing from elsewhere, nothing inline, in no frame, and forms are sent by script alone.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

void add_guards(Reply& reply) {
    reply.add("Content-Security-Policy", kPolicy);
    reply.add("X-Content-Type-Options", "nosniff");
    reply.add("Referrer-Policy", "no-referrer");
    reply.add("Cross-Origin-Resource-Policy", "same-origin");
}

Reply redirect(std::string to) {
    Reply reply = text_reply("");
    reply.status = 302;
    reply.add("Location", std::move(to));
    reply.add("Cache-Control", "no-store");
    return reply;
}

Reply asset_reply(const web::Asset& asset, const RequestContext& context) {
    const bool gzip = accepts_gzip(context.header("Accept-Encoding"));
    const std::string& etag = gzip ? asset.gzip_etag : asset.etag;
    Reply reply;
    reply.content_type = asset.content_type;
    if (etag_matches(context.header("If-None-Match"), etag)) {
        reply.status = 304;
    } else {
        reply.body = gzip ? asset.gzip : asset.bytes;
        if (gzip) reply.add("Content-Encoding", "gzip");
    }
    add_guards(reply);
    reply.add("ETag", etag);
    // Kept, and asked about each time: a new version of the daemon is a new page at once.
    reply.add("Cache-Control", "no-cache");
    reply.add("Vary", "Accept-Encoding");
    return reply;
}

/// The path as the client wrote it ends with a slash.
bool ends_with_slash(const RequestContext& context) {
    const auto target = context.message.target();
    const std::string_view text(target.data(), target.size());
    return text.substr(0, text.find('?')).ends_with('/');
}

Reply dashboard_reply(RequestContext& context) {
    // The page names its files relative to its own address, so that a proxy may put it below a
    // prefix.
    const bool elsewhere =
        context.tail.empty() ? ends_with_slash(context) : context.tail == "index.html";
    if (elsewhere) return redirect("../dashboard");
    const web::Asset* asset = web::find_asset(context.tail);
    if (!asset)
        return error_reply(context.dialect, Error(Errc::not_found, "there is no such file"));
    return asset_reply(*asset, context);
}

}  // namespace

/// The page for people. It holds no figures and no secret: its script asks for them, with a key
/// where keys are set.
net::Task<void> dashboard(RequestContext& context) {
    Reply reply = dashboard_reply(context);
    co_await context.client.send(std::move(reply));
}

/// Ollama's greeting, which its clients probe for; browsers are led to the dashboard.
net::Task<void> root(RequestContext& context) {
    Reply reply = text_reply("Ollama is running");
    if (prefers_html(context.header("Accept"))) reply = redirect("dashboard");
    reply.add("Vary", "Accept");
    co_await context.client.send(std::move(reply));
}

}  // namespace llmr::daemon::handlers
