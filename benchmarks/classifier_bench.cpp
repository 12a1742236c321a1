#include <string>

#include <benchmark/benchmark.h>

#include "classifier/classifier.hpp"
#include "classifier/lexicon.hpp"
#include "classifier/model.hpp"

namespace {

using llmr::classifier::classify;
using llmr::classifier::extract_features;

constexpr std::string_view kEnglish =
    "Our team keeps the order history in three tables and the nightly report has become slow. "
    "Please write a Python function that reads the new rows, groups them by customer and month, "
    "and returns the totals. What would you change in the schema, and why? Keep the answer short. ";
constexpr std::string_view kChinese =
    "我们的团队把订单历史保存在三个表中，每晚的报告变得很慢。请写一个函数读取新的数据行，按客户和月"
    "份分组，"
    "并返回总数。你会如何修改数据库结构？为什么？请尽量简短地回答。";
/// Words one letter away from known ones: every one of them is looked up twice.
constexpr std::string_view kMistyped =
    "Plaese wrtie a Pyhton fucntion that raeds the nwe rows, gruops them by cusotmer and motnh, "
    "and "
    "reutrns the toatls. Waht wuold you chnage in the shcema? Kepe the anwser shrot and cocnise. ";

std::string filled(std::string_view sentence, std::size_t bytes) {
    std::string text;
    while (text.size() < bytes)
        text += sentence;
    text.resize(bytes);
    return text;
}

void run(benchmark::State& state, std::string_view sentence) {
    const std::string text = filled(sentence, static_cast<std::size_t>(state.range(0)));
    for (auto _ : state) {
        const llmr::Classification result = classify(extract_features(text));
        benchmark::DoNotOptimize(result.score);
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * state.range(0));
}

void classify_english(benchmark::State& state) {
    run(state, kEnglish);
}
void classify_chinese(benchmark::State& state) {
    run(state, kChinese);
}
void classify_mistyped(benchmark::State& state) {
    run(state, kMistyped);
}

void classify_only(benchmark::State& state) {
    const auto features = extract_features(kEnglish);
    for (auto _ : state) {
        const llmr::Classification result = classify(features);
        benchmark::DoNotOptimize(result.score);
    }
}

/// What reading the weights and the word lists adds to a start.
void begin(benchmark::State& state) {
    for (auto _ : state) {
        const auto model = llmr::classifier::Model::read(llmr::classifier::built_in_weights());
        benchmark::DoNotOptimize(model->difficulty());
        const auto lexicon = llmr::classifier::Lexicon::fresh();
        benchmark::DoNotOptimize(lexicon->find(1));
    }
}

BENCHMARK(begin)->Unit(benchmark::kMicrosecond);
BENCHMARK(classify_english)->Arg(300)->Arg(4 << 10)->Arg(64 << 10)->Arg(1 << 20);
BENCHMARK(classify_chinese)->Arg(300)->Arg(4 << 10)->Arg(64 << 10)->Arg(1 << 20);
BENCHMARK(classify_mistyped)->Arg(300)->Arg(4 << 10)->Arg(64 << 10);
BENCHMARK(classify_only);

}  // namespace
