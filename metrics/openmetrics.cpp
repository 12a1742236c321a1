#include "metrics/openmetrics.hpp"

#include <array>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

namespace llmr::metrics {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

constexpr std::string_view kTotal = "_total";
constexpr std::string_view kInfo = "_info";
constexpr std::array<std::string_view, 4> kUnits{"seconds", "bytes", "usd", "ratio"};

/// The shortest text that reads back as the same number.
std::string number_text(double number) {
    if (std::isinf(number)) return number > 0 ? "+Inf" : "-Inf";
    if (std::isnan(number)) return "NaN";
    return fmt::format("{}", number);
}

/// The canonical form of bucket edges has a decimal point: 1.0, 0.5, 1e-05.
std::string edge_text(double edge) {
    std::string text = number_text(edge);
    if (text.find_first_of(".eI") == text.npos) text += ".0";
    return text;
}

void append_escaped(std::string& out, std::string_view text) {
    for (const char c : text) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '\\' || c == '"') out += '\\';
        out += c;
    }
}

class Writer {
public:
    void family(const MetricFamily& family) {
        kind_ = kind_of(family);
        name_ = family.name.substr(0, family.name.size() - suffix().size());
        head(family);
        for (const ClientMetric& metric : family.metric)
            samples(metric);
    }
    std::string take() {
        out_ += "# EOF\n";
        return std::move(out_);
    }

private:
    enum class Kind : std::uint8_t { counter, gauge, info, histogram };

    static Kind kind_of(const MetricFamily& family) {
        if (family.type == MetricType::Counter) return Kind::counter;
        if (family.type == MetricType::Histogram) return Kind::histogram;
        return family.name.ends_with(kInfo) ? Kind::info : Kind::gauge;
    }
    std::string_view suffix() const {
        if (kind_ == Kind::counter) return kTotal;
        return kind_ == Kind::info ? kInfo : std::string_view();
    }

    void head(const MetricFamily& family) {
        static constexpr std::array<std::string_view, 4> kTypes{"counter", "gauge", "info",
                                                                "histogram"};
        out_ += fmt::format("# TYPE {} {}\n", name_, kTypes[static_cast<std::size_t>(kind_)]);
        for (const std::string_view unit : kUnits) {
            if (kind_ != Kind::info && name_.ends_with(fmt::format("_{}", unit)))
                out_ += fmt::format("# UNIT {} {}\n", name_, unit);
        }
        out_ += fmt::format("# HELP {} ", name_);
        append_escaped(out_, family.help);
        out_ += '\n';
    }

    void samples(const ClientMetric& metric) {
        if (kind_ == Kind::histogram)
            histogram(metric);
        else
            sample(suffix(), metric, {},
                   kind_ == Kind::counter ? metric.counter.value : metric.gauge.value);
    }

    void histogram(const ClientMetric& metric) {
        for (const auto& bucket : metric.histogram.bucket)
            sample("_bucket", metric, edge_text(bucket.upper_bound),
                   static_cast<double>(bucket.cumulative_count));
        sample("_count", metric, {}, static_cast<double>(metric.histogram.sample_count));
        sample("_sum", metric, {}, metric.histogram.sample_sum);
    }

    void sample(std::string_view ending, const ClientMetric& metric, std::string_view edge,
                double number) {
        out_ += name_;
        out_ += ending;
        char before = '{';
        const auto label = [&](std::string_view name, std::string_view value) {
            out_ += before;
            out_ += name;
            out_ += "=\"";
            append_escaped(out_, value);
            out_ += '"';
            before = ',';
        };
        for (const auto& [name, value] : metric.label)
            label(name, value);
        if (!edge.empty()) label("le", edge);
        if (before == ',') out_ += '}';
        out_ += ' ';
        out_ += number_text(number);
        out_ += '\n';
    }

    std::string out_;
    std::string name_;
    Kind kind_ = Kind::gauge;
};

}  // namespace

std::string openmetrics_text(const std::vector<MetricFamily>& families) {
    Writer writer;
    for (const MetricFamily& family : families)
        writer.family(family);
    return writer.take();
}

}  // namespace llmr::metrics
