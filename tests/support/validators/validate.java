import com.helger.ubl21.UBL21Marshaller;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.transform.stream.StreamSource;
import net.sf.saxon.s9api.Processor;
import net.sf.saxon.s9api.Serializer;
import net.sf.saxon.s9api.XsltExecutable;
import net.sf.saxon.s9api.Xslt30Transformer;
import org.mustangproject.validator.ZUGFeRDValidator;

/**
 * Checks files, one a line of the input: `rules XSLT FILE` (compiled Schematron), `ubl FILE` (the schemas of UBL 2.1), `mustang FILE` (a hybrid
 * PDF), separated by tabs. Answers a line for each: `RESULT`, PASS or FAIL, and what is wrong.
 */
public class Validate {
  private static final Processor SAXON = new Processor(false);
  private static final Map<String, XsltExecutable> RULES = new HashMap<>();

  public static void main(String[] arguments) throws Exception {
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      String[] words = line.split("\t");
      List<String> faults = switch (words[0]) {
        case "rules" -> byRules(words[1], new File(words[2]));
        case "ubl" -> byUblSchema(new File(words[1]));
        default -> byMustang(words[1]);
      };
      String said = String.join(" | ", faults).replaceAll("\\s+", " ");
      System.out.println("RESULT\t" + (faults.isEmpty() ? "PASS" : "FAIL") + "\t" + said);
    }
    System.exit(0);
  }

  private static List<String> byRules(String xslt, File file) throws Exception {
    if (!RULES.containsKey(xslt))
      RULES.put(xslt, SAXON.newXsltCompiler().compile(new StreamSource(new File(xslt))));
    Xslt30Transformer transformer = RULES.get(xslt).load30();
    StringWriter report = new StringWriter();
    Serializer serializer = SAXON.newSerializer(report);
    transformer.transform(new StreamSource(file), serializer);
    List<String> faults = found("<svrl:failed-assert[^>]*?>", report.toString());
    if (!report.toString().contains("<svrl:fired-rule")) faults.add("no rule was fired");
    return faults;
  }

  private static List<String> byUblSchema(File file) throws Exception {
    boolean isCredit = java.nio.file.Files.readString(file.toPath()).contains("<CreditNote");
    Object read = isCredit ? UBL21Marshaller.creditNote().read(file) : UBL21Marshaller.invoice().read(file);
    return read == null ? List.of("not by the schema") : List.of();
  }

  private static List<String> byMustang(String path) {
    ZUGFeRDValidator validator = new ZUGFeRDValidator();
    String report = validator.validate(path);
    List<String> faults = found("<error[^>]*>[^<]*", report);
    if (faults.isEmpty() && !validator.wasCompletelyValid()) faults.add(report.substring(0, Math.min(2000, report.length())));
    return faults;
  }

  private static List<String> found(String pattern, String report) {
    List<String> faults = new ArrayList<>();
    Matcher matcher = Pattern.compile(pattern, Pattern.DOTALL).matcher(report);
    while (matcher.find()) faults.add(matcher.group());
    return faults;
  }
}
