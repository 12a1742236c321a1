#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/beast/http/parser.hpp>

#include "net/append_body.hpp"
#include "net/connection.hpp"
#include "net/connection_pool.hpp"
#include "net/http_client.hpp"

namespace llmr::net {

/// One request and its answer on one connection.
class HttpExchange final : public ClientExchange {
public:
    /// `cancellation` may be null. The connection goes back to `pool` if that is still there.
    HttpExchange(std::unique_ptr<Connection> connection, std::weak_ptr<ConnectionPool> pool,
                 Cancellation* cancellation, Timeouts timeouts);
    ~HttpExchange() override;

    /// Sends the request and reads the final response head. `bodiless`: the answer to HEAD.
    Task<std::optional<ClientFailure>> perform(std::string_view head, std::string_view body,
                                               bool bodiless);
    /// After a failed `perform`: the peer closed the connection before any byte of an answer.
    bool died_unanswered() const { return died_unanswered_; }

    int status() const override;
    std::string_view header(std::string_view name) const override;
    Task<Result<bool>> read_some(std::string& out) override;
    Task<Result<std::string>> read_all(std::size_t limit) override;

private:
    using error_code = boost::system::error_code;
    using Parser = boost::beast::http::response_parser<AppendBody>;

    Task<error_code> send(std::string_view head, std::string_view body);
    Task<std::optional<Error>> read_head(bool bodiless);
    Task<error_code> read_one_head();
    void new_parser(bool bodiless);
    error_code parse();
    Error head_failure(const error_code& ec);
    Error body_failure(const error_code& ec);
    std::optional<Error> check_framing() const;
    Result<bool> fail(Error error);
    void finish();
    void let_go();
    bool cancelled() const { return cancellation_ != nullptr && cancellation_->cancelled(); }

    std::unique_ptr<Connection> connection_;  ///< null once the answer is complete or has failed
    std::weak_ptr<ConnectionPool> pool_;
    Cancellation* cancellation_;
    Timeouts timeouts_;
    std::optional<Parser> parser_;
    std::optional<Error> failure_;
    std::size_t bytes_sent_ = 0;
    bool sent_whole_ = false;
    bool answer_began_ = false;
    bool died_unanswered_ = false;
    bool stalled_ = false;  ///< the parser took nothing of what is in the buffer
};

}  // namespace llmr::net
