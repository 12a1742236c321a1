#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/chat_request.hpp"
#include "core/clock.hpp"
#include "core/energy.hpp"
#include "daemon/query/decide.hpp"
#include "daemon/query/heartbeat.hpp"
#include "daemon/request_context.hpp"
#include "daemon/signal.hpp"
#include "net/http_client.hpp"
#include "providers/codec.hpp"
#include "routing/admission.hpp"
#include "routing/attempt.hpp"
#include "routing/budget.hpp"
#include "storage/attempt_row.hpp"

namespace llmr::daemon {

/// One query from the client's body to its answer: decide, attempt, relay, record. Lives in the
/// handler's frame and on one thread. Whatever way it ends, every attempt that was begun has its
/// closing row before the client has its last byte.
class QueryRun {
public:
    QueryRun(RequestContext& context, Operation operation);
    ~QueryRun();
    net::Task<void> run();

private:
    /// One attempt's state; a new one for each candidate.
    struct Attempt {
        storage::AttemptRow row;
        std::size_t upstream_index = 0;
        std::unique_ptr<providers::Exchange> exchange;
        routing::Admission::Slot slot;
        std::size_t queue_position = 0;  ///< 0: it did not wait
        routing::Budget::Hold hold;      ///< of the budget, while an external call runs
        EnergyShare::Use energy;         ///< while a local model works for it
        routing::AttemptOutcome outcome = routing::AttemptOutcome::not_sent;
        std::optional<Error> error;
        SteadyTime queued_at{};
        Dialect dialect = Dialect::ollama;   ///< what is spoken with its upstream
        bool one_tool_call = false;          ///< providers::UpstreamRequest
        std::string forced_tool;             ///< providers::UpstreamRequest
        std::optional<PicoUsd> header_cost;  ///< what a header of the answer says that it costs
        bool opened = false;                 ///< an open row was queued
        bool sent = false;                   ///< bytes left for the upstream
    };

    // decide (query_run.cpp)
    std::optional<Error> prepare();
    /// Makes request_ valid until the next co_await.
    std::optional<Error> parse_body();
    /// Responses dialect: puts the conversation that the request goes on from before its input.
    std::optional<Error> go_on_from_previous();
    void keep_response(std::string_view tail);
    net::Task<void> run_attempts();
    void count_refusal(Errc code);
    net::Task<void> fail(Error error);
    bool permit_fallback();

    // one attempt (attempt.cpp)
    net::Task<void> make_attempt(Attempt& attempt, const Candidate& candidate);
    net::Task<bool> admit(Attempt& attempt, const Candidate& candidate);
    net::Task<bool> wait_for_slot(Attempt& attempt,
                                  std::shared_ptr<routing::Admission::Waiter> waiter,
                                  std::shared_ptr<Signal> signal);
    net::Timeouts timeouts(const Candidate& candidate) const;
    void blame_deadline(Attempt& attempt) const;
    storage::AttemptRow with_worst_case(const Attempt& attempt);
    net::Task<bool> record_open(Attempt& attempt);
    std::int64_t window_for(const Candidate& candidate);
    Dialect spoken_with(const UpstreamConfig& upstream) const;
    std::optional<bool> thinks(const Candidate& candidate) const;
    void expect_load(Attempt& attempt, const Candidate& candidate);
    void note_breaker(const Attempt& attempt, const Candidate& candidate);

    // its request (dispatch.cpp)
    /// What had left before a request was made.
    struct Sent {
        bool sent = false;
        bool went_external = false;
    };
    providers::Target target_of(const Candidate& candidate, const Attempt& attempt) const;
    net::Task<void> dispatch(Attempt& attempt, const Candidate& candidate);
    net::Task<void> send(Attempt& attempt, const Candidate& candidate,
                         const providers::UpstreamRequest& built);
    void begin_sending(Attempt& attempt, const Candidate& candidate);
    void note_failure(Attempt& attempt, const Candidate& candidate, net::ClientFailure failure,
                      Sent before);
    bool next_credential(Attempt& attempt, const Credential& credential,
                         const UpstreamConfig& upstream);
    void note_limits(const Candidate& candidate, const Credential& credential,
                     const net::ClientExchange& exchange);
    net::Task<void> read_error_answer(Attempt& attempt, net::ClientExchange& upstream);

    // the answer (relay.cpp)
    net::Task<void> relay(Attempt& attempt, net::ClientExchange& upstream);
    net::Task<void> read_trailer(net::ClientExchange& upstream);
    net::Task<bool> forward(Attempt& attempt, std::string& bytes);
    net::Task<void> finish_answer(Attempt& attempt);
    void remember_answer(const Attempt& attempt);
    Reply answer_head(const Attempt& attempt) const;
    void add_router_headers(Reply& reply, const storage::AttemptRow& row) const;

    // the ledger (record.cpp)
    storage::AttemptRow new_row(const Candidate& candidate, int number) const;
    void settle_row(Attempt& attempt) const;
    void note_truncation(storage::AttemptRow& row) const;
    net::Task<void> record_close(Attempt& attempt, bool final);

    void on_stop(StopReason reason);
    void on_lasting();
    Error stop_error() const;
    /// When the answer must have begun, by the client's wish and our own limit.
    SteadyTime answer_by() const;
    std::int64_t since_arrival() const { return micros_between(context_.arrived, steady_now()); }

    RequestContext& context_;
    Worker& worker_;
    Operation operation_;
    std::shared_ptr<const Config> config_;  ///< the snapshot this query began with
    std::string request_id_;
    RequestHints hints_;
    std::optional<ChatRequest> request_;  ///< views into the thread's JSON parser
    std::uint64_t parsed_as_ = 0;         ///< that parser's generation then
    Decision decision_;
    std::string model_asked_;
    providers::ExchangeSpec spec_;   ///< of every attempt's answer, but for who gives it
    std::string previous_response_;  ///< what the request goes on from
    bool stream_ = false;
    std::int64_t started_ms_ = 0;
    bool error_frame_sent_ = false;  ///< the upstream's own error event was passed on
    std::string late_error_frame_;   ///< of a stream that broke off, fitting what went before it
    std::string ignored_;            ///< parameters that the answering model has nothing like
    std::int64_t share_weight_ = 0;  ///< what the attempts so far count in the local share's unit
    bool went_external_ = false;     ///< some attempt's bytes left for an external upstream

    net::Cancellation cancellation_;
    Signal* waiting_for_slot_ = nullptr;
    const storage::AttemptRow* unwritten_ = nullptr;  ///< the open row that waits for on_lasting
    bool lasting_ = false;
    Heartbeat heartbeat_;
};

}  // namespace llmr::daemon
