#include "classifier/lexicon.hpp"

namespace llmr::classifier {
namespace {

using enum Cue;

constexpr CueWords kTable[] = {
    {cues(summarize),
     "sum_up summed_up in_a_nutshell key_points main_points main_idea main_ideas "
     "key_takeaways short_version tl_dr bullet_points few_words the_gist boil_down "
     "boils_down in_brief bottom_line main_message plain_language what_happened "
     "one_paragraph reduce_to what_was_discussed discussion_about short_digest "
     "one_sentence two_sentences two_lines three_sentences three_bullets core_message "
     "happened_here main_topic main_theme saying_in in_short minutes_of catch_me_up "
     "highlights_of shorter_version this_about"},
    {cues(extract),
     "pull_out pull_every pick_out get_all list_every list_all find_all action_items "
     "key_words named_entities according_to technical_terms is_mentioned are_mentioned "
     "is_named are_named based_on_the from_the_text in_the_text in_the_passage come_up "
     "comes_up into_fields into_json as_json as_csv due_date mentioned_in "
     "does_the_passage does_the_text contact_details key_facts answer_the_question "
     "answer_using from_this_log from_this_text from_the_note in_this_text in_this_post "
     "in_this_message you_mentioned just_the only_the"},
    {cues(explain), "tell_me_about walk_me_through what_causes what_happens eli5"},
    {cues(reason),
     "step_by_step show_that work_out show_your work_it_through think_through "
     "reason_through must_be_true first_principles follows_from carefully_consider"},
    {cues(compare),
     "pros_and_cons trade_off trade_offs strengths_and_weaknesses costs_and_benefits "
     "cost_benefit both_sides for_and_against what_would_happen pay_off which_is_cheaper "
     "best_supported advantages_and_disadvantages cause_and_effect root_cause is_it_fair "
     "how_would what_are_the_implications case_for case_against weigh_up break_even"},
    {cues(plan),
     "decision_framework business_plan action_plan project_plan road_map "
     "experimental_design system_design go_to_market step_plan study_plan migration_plan"},
    {cues(rewrite),
     "make_this make_it turn_that turn_it turn_these make_these sound_more make_that "
     "sounds_more clean_up turn_this fix_the_grammar sound_less sounds_professional "
     "less_formal more_formal tone_of check_grammar"},
    {cues(translate), "how_do_you_say say_in how_to_say"},
    {cues(convert), "how_many_miles how_many_feet how_many_grams how_many_cups how_many_ounces"},
    {cues(define),
     "what_does stand_for stands_for what_is_meant meaning_of definition_of is_called "
     "word_for short_for mean_in term_for"},
    {cues(advise),
     "should_i how_can_i how_can_we what_should ways_to best_way how_should come_up_with "
     "think_of give_me_some any_ideas make_sense what_can_i what_makes how_could help_me"},
    {cues(roleplay),
     "you_are_a you_are_an you_are_the act_as act_like role_of role_play point_of_view "
     "as_if_you speak_as in_the_voice in_the_style imagine_you pretend_you put_yourself "
     "in_character take_on the_persona as_the you_are_now your_name_is"},
    {cues(judge),
     "positive_or_negative what_language is_this_sentence which_language true_or_false"},
    {cues(quantity),
     "how_many how_much how_long how_old how_far what_percent what_fraction "
     "what_is_the_total how_fast what_time in_total as_many as_much more_than less_than "
     "how_tall how_big how_high how_deep how_heavy how_wide how_large how_hot how_cold "
     "how_often"},
    {cues(math),
     "find_the_value value_of sum_of product_of area_of volume_of square_root "
     "number_of_ways how_many_ways solve_for greatest_common least_common modulo "
     "in_terms_of real_numbers positive_integer positive_integers such_that "
     "what_is_the_remainder remainder_when standard_deviation simplest_form"},
    {cues(logic),
     "who_is_lying tells_the_truth tell_the_truth to_the_left to_the_right "
     "deductively_valid in_a_row next_to does_not_live which_of_the_following "
     "do_you_return assume_the_first starting_point exactly_one_of ball_gift at_the_end "
     "typical_person is_taller only_one_of each_other"},
    {cues(constraint),
     "at_least at_most no_more_than up_to not_exceed subject_to in_under fewer_than "
     "given_that has_to must_not"},
    {cues(follow_up),
     "what_about how_about now_in same_for and_for and_in do_it do_that try_again go_on "
     "keep_going make_it one_more tell_me_more more_detail in_more why_is_that why_not "
     "what_else another_one the_same you_said your_answer the_second the_first of_these "
     "of_those that_one the_last the_previous shorter_please longer_please can_you_also "
     "add_a"},
    {cues(brief), "in_one_sentence one_line quick_question quick_one in_a_word"},
    {cues(depth), "in_depth in_detail in_great_detail long_form long_essay"},
    {cues(greeting),
     "good_morning good_evening good_night how_are_you thank_you whats_up what's_up "
     "good_afternoon see_you no_thanks how's_it"},
    {cues(errand),
     "credit_score credit_card set_a remind_me turn_on turn_off play_some my_account "
     "my_bank shopping_list to_do order_me my_card text_message what_time my_bill "
     "spare_tire oil_change flip_a roll_a your_name are_you_a who_made_you do_you_have "
     "my_phone my_flight next_holiday how's_the i'm_in"},
    {cues(code_strong),
     "command_line source_code pull_request merge_request unit_test unit_tests "
     "stack_trace regular_expression regular_expressions data_frame linked_list "
     "binary_tree binary_search rest_api api_endpoint shell_script stored_procedure "
     "time_complexity environment_variable environment_variables null_pointer "
     "segmentation_fault undefined_reference one_liner spreadsheet_formula excel_formula "
     "power_shell list_comprehension for_loop while_loop syntax_error compile_error "
     "type_error foreign_key primary_key sorting_algorithm web_scraper api_call hash_map "
     "error_handling select_statement console_log pseudo_code code_review google_sheets "
     "hash_table race_condition memory_leak open_ports git_branch nested_list "
     "code_snippet file_descriptor ssh_key port_8080 dependency_injection css_grid "
     "lambda_function original_command current_command command_prompt exit_code "
     "working_directory standard_input standard_output in_the_terminal sql_query "
     "local_variable global_variable return_type type_hint type_hints config_file "
     "log_file bash_script json_file csv_file text_file sql_please"},
    {cues(not_code),
     "zip_code dress_code area_code postal_code bar_code code_of morse_code penal_code "
     "civil_code criminal_code tax_code da_vinci_code building_code country_code "
     "dialling_code dialing_code moral_code honor_code code_name code_names "
     "class_struggle class_action middle_class working_class upper_class lower_class "
     "first_class business_class economy_class world_class social_class dance_class "
     "yoga_class class_party class_reunion high_class school_class school_classes "
     "debate_class cooking_class class_trip class_war english_class history_class "
     "function_of function_rooms retirement_function bodily_function liver_function "
     "kidney_function cognitive_function brain_function social_function trial_and_error "
     "human_error import_duties import_duty import_tax import_tariffs import_export "
     "shopping_list wish_list guest_list waiting_list price_list bucket_list grocery_list "
     "reading_list to-do_list mailing_list packing_list a_list_of top_list movie_script "
     "film_script tv_script script_for_a play_script screenplay_script dinner_table "
     "table_of table_manners round_table coffee_table periodic_table string_theory "
     "string_quartet string_instrument string_instruments guitar_string "
     "garbage_collection post_office java_island island_of_java bubble_tea ball_python "
     "python_snake monty_python pet_python burmese_python pythons_venomous port_wine "
     "port_city sea_port java_sea java_coffee rust_removal rust_off rust_stains "
     "file_taxes nail_file tax_return tax_returns return_policy return_ticket "
     "return_flight army_command command_of high_command ruby_ring ruby_wedding "
     "pearl_necklace go_to go_on social_network nervous_system digestive_system shell_of "
     "sea_shell sea_shells seashell library_of public_library local_library library_card "
     "terminal_illness airport_terminal terminal_2 server_at restaurant_server field_of "
     "bash_someone wedding_table birthday_bash basic_income basic_needs apple_pie "
     "pumpkin_pie debug_menu zip_fastener excel_in excel_at excel_as spring_cleaning "
     "spring_break spring_flowers in_spring last_spring rust_belt go_home express_my "
     "express_your express_gratitude flask_of requests_from my_errors from_my_errors "
     "react_to how_to_react screen_time lua_pacific in_the_shell tar_pit to_excel helm_of"},
};

}  // namespace

std::span<const CueWords> english_phrases() {
    return kTable;
}

}  // namespace llmr::classifier
