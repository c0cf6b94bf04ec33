import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import software.amazon.event.ruler.Machine;
import software.amazon.event.ruler.MachineComplexityEvaluator;

/**
 * Answers with EventBridge's own matcher which events match a pattern. matcher.ts starts it and asks.
 *
 * Each line of the input is a question, {"pattern": text, "events": [text, ...]}. Each line of the output is its answer:
 * {"complexity": number, "matches": [boolean, ...]}, or {"refused": why} for a pattern that EventBridge refuses.
 */
public class Matcher {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The evaluator counts no further. */
  private static final int COUNTED = 1000;

  public static void main(String[] args) throws Exception {
    BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintWriter answers = new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), true);
    for (String line = questions.readLine(); line != null; line = questions.readLine()) {
      answers.println(answer(JSON.readTree(line)));
    }
  }

  private static ObjectNode answer(JsonNode question) throws Exception {
    ObjectNode answer = JSON.createObjectNode();
    Machine machine = new Machine();
    try {
      machine.addRule("rule", question.get("pattern").asText());
    } catch (IOException | IllegalArgumentException refusal) {
      return answer.put("refused", String.valueOf(refusal.getMessage()));
    }
    answer.put("complexity", machine.evaluateComplexity(new MachineComplexityEvaluator(COUNTED)));
    ArrayNode matches = answer.putArray("matches");
    for (JsonNode event : question.get("events")) {
      matches.add(!machine.rulesForJSONEvent(event.asText()).isEmpty());
    }
    return answer;
  }
}
